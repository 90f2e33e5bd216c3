// contract: the OpenAI-compatible provider keeps the contract, with OpenAI's own model and with one of another server.
import { openAiProvider } from '../../../../src/providers/image/openai/openai.ts'
import { imageProviderContract } from '../../../contracts/image-provider.ts'
import { startOpenAi } from '../../../fixtures/vendors/openai.ts'

for (const [model, server] of [
  ['gpt-image-1'],
  ['gpt-image-2'],
  ['flux.1-schnell'],
  ['flux.1-schnell', 'LocalAI'],
  ['any', 'stable-diffusion.cpp'],
] as const)
  imageProviderContract(`${server ?? 'OpenAI'} (${model})`, {
    start: () => startOpenAi(server && { server }),
    open: ({ url, key }) => openAiProvider({ url, key, models: [model] }),
    says: {
      unauthorized: /Incorrect API key provided: …\./,
      unpaid: /exceeded your current quota/,
      invalid: /Invalid value: '7x7'/,
      unsafe: /rejected as a result of our safety system/,
      throttled: /Rate limit reached/,
      broken: /The server had an error/,
    },
    stops: false,
    findsAgain: false,
    nests: 'anywhere',
  })
