// request: an order as the body of `POST /sdapi/v1/txt2img`.
import type { ImageOrder } from '../contract.ts'
import { withoutArguments } from '../prompts.ts'
import { checkpointOf } from './models.ts'
import { MARKER_SETTING } from './server.ts'
import type { Task } from './task.ts'

export function requestOf(order: ImageOrder, { task, server }: Task): Readonly<Record<string, unknown>> {
  const { model, prompt, negativePrompt = '', size, steps, guidance, seed, count } = order
  const checkpoint = checkpointOf(model)
  // The server goes back to its own ones afterwards, unless it is told otherwise.
  const settings = {
    ...(checkpoint !== undefined && { sd_model_checkpoint: checkpoint }),
    ...(server.knowsBy === 'marker' && { [MARKER_SETTING]: task }),
  }
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
    ...(Object.keys(settings).length > 0 && { override_settings: settings }),
  }
}
