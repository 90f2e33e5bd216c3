// text-to-picture: the workflow that comes with Kinora, for any checkpoint that has a text encoder and a VAE in it.
import { toWorkflow, type Workflow } from './workflow.ts'

export const textToPicture: Workflow = toWorkflow('comfyui', {
  checkpoint: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: '{{checkpoint}}' } },
  prompt: { class_type: 'CLIPTextEncode', inputs: { text: '{{prompt}}', clip: ['checkpoint', 1] } },
  negative: { class_type: 'CLIPTextEncode', inputs: { text: '{{negative_prompt}}', clip: ['checkpoint', 1] } },
  canvas: {
    class_type: 'EmptyLatentImage',
    inputs: { width: '{{width=1024}}', height: '{{height=1024}}', batch_size: '{{count}}' },
  },
  sampler: {
    class_type: 'KSampler',
    inputs: {
      seed: '{{seed}}',
      steps: '{{steps=20}}',
      cfg: '{{guidance=7}}',
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['checkpoint', 0],
      positive: ['prompt', 0],
      negative: ['negative', 0],
      latent_image: ['canvas', 0],
    },
  },
  picture: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['checkpoint', 2] } },
  file: { class_type: 'SaveImage', inputs: { filename_prefix: 'kinora', images: ['picture', 0] } },
})
