// contract: ComfyUI keeps the contract of those who make pictures, also where it is older or cannot be listened to.
import { comfyUiProvider } from '../../../../src/providers/image/comfyui/comfyui.ts'
import { imageProviderContract } from '../../../contracts/image-provider.ts'
import { type ComfyUiManner, startComfyUi } from '../../../fixtures/vendors/comfyui.ts'

const MANNERS: Readonly<Record<string, ComfyUiManner>> = {
  ComfyUI: {},
  'an older ComfyUI': { age: 'older' },
  'a ComfyUI that nobody can listen to': { sockets: 'refused', choices: 'COMBO' },
}

for (const [name, manner] of Object.entries(MANNERS))
  imageProviderContract(name, {
    start: () => startComfyUi(manner),
    open: ({ url }) => comfyUiProvider({ url, workflows: undefined }),
    says: {
      unauthorized: /Authentication required by the proxy/,
      unpaid: /Insufficient credits/,
      invalid:
        /node checkpoint \(CheckpointLoaderSimple\), input ckpt_name: there is no "gone\.safetensors", only dream/,
      unsafe: /Content moderated: the picture may show something unsafe \(VAEDecode\)/,
      throttled: /Too many requests at once/,
      broken: /HTTP 500/,
    },
    stops: true,
    findsAgain: true,
    nests: 'never',
  })
