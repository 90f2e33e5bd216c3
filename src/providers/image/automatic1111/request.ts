// request: an order as the body of `POST /sdapi/v1/txt2img`.
import type { ImageOrder } from '../contract.ts'
import { withoutArguments } from '../prompts.ts'
import { checkpointOf } from './models.ts'

export function requestOf(order: ImageOrder, task: string): Readonly<Record<string, unknown>> {
  const { model, prompt, negativePrompt = '', size, steps, guidance, seed, count } = order
  const checkpoint = checkpointOf(model)
  return {
    prompt: withoutArguments(prompt),
    negative_prompt: negativePrompt,
    ...{ width: size.widthPx, height: size.heightPx, seed },
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { cfg_scale: guidance }),
    // A batch and not several iterations: stable-diffusion.cpp knows batches only.
    ...{ batch_size: count, n_iter: 1 },
    ...{ send_images: true, save_images: false },
    force_task_id: task,
    // The server goes back to its own one afterwards, unless it is told otherwise.
    ...(checkpoint !== undefined && { override_settings: { sd_model_checkpoint: checkpoint } }),
  }
}
