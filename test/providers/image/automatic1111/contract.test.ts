// contract: the AUTOMATIC1111-compatible provider keeps the contract, with whatever is loaded and with a checkpoint that is named.
import { automatic1111Provider } from '../../../../src/providers/image/automatic1111/automatic1111.ts'
import { imageProviderContract } from '../../../contracts/image-provider.ts'
import { CHECKPOINTS, startAutomatic1111 } from '../../../fixtures/vendors/automatic1111.ts'

for (const [name, models, ways] of [
  ['whatever is loaded', undefined, []],
  ['a checkpoint', CHECKPOINTS, []],
  ['SD.Next', CHECKPOINTS, ['sd-next']],
] as const)
  imageProviderContract(`AUTOMATIC1111 (${name})`, {
    start: () => startAutomatic1111(...ways),
    open: ({ url, key }) => automatic1111Provider({ url, login: key, models }),
    says: {
      unauthorized: /Incorrect username or password/,
      unpaid: { never: 'nobody pays for it: it runs on one’s own machine' },
      invalid: /body\.steps: value is not a valid integer/,
      unsafe: { never: 'it has no filter' },
      throttled: { never: 'whatever comes is put in a queue' },
      broken: /CUDA out of memory/,
    },
    stops: true,
    findsAgain: false,
    nests: 'anywhere',
  })
