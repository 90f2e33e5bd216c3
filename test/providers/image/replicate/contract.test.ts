// contract: Replicate keeps the contract, with the official model, the open one, and one that nobody here has met.
import { replicateProvider } from '../../../../src/providers/image/replicate/replicate.ts'
import { imageProviderContract } from '../../../contracts/image-provider.ts'
import { startReplicate } from '../../../fixtures/vendors/replicate.ts'

for (const model of ['black-forest-labs/flux-schnell', 'stability-ai/sdxl', 'acme/painter'])
  imageProviderContract(`Replicate (${model})`, {
    start: startReplicate,
    open: ({ url, key }) => replicateProvider({ url, token: key, models: [model] }),
    says: {
      unauthorized: /You did not pass a valid authentication token/,
      unpaid: /insufficient credit to run this model/,
      invalid: /input\.prompt: longer than the model reads/,
      unsafe: /NSFW content detected\. Try running it again, or try a different prompt\./,
      throttled: /Your rate limit resets in ~1s\./,
      broken: /Internal server error/,
    },
    stops: true,
    findsAgain: true,
    nests: 'anywhere',
  })
