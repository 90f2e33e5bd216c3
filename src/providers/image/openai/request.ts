// request: an order as the body of `POST /v1/images/generations`.
import type { ImageOrder } from '../contract.ts'
import { isGptImage } from './models.ts'
import { promptFor } from './prompt.ts'
import type { ServerKind } from './server.ts'

export function requestOf(order: ImageOrder, server: ServerKind): Readonly<Record<string, string | number>> {
  const { model, size, count } = order
  return {
    model,
    prompt: promptFor(server, order),
    n: count,
    size: `${size.widthPx}x${size.heightPx}`,
    // GPT Image always answers with the bytes, and refuses a request that says so.
    ...(isGptImage(model) ? encodingOf(order) : { response_format: 'b64_json' }),
  }
}

function encodingOf({ format, quality }: ImageOrder): Readonly<Record<string, string | number>> {
  if (format === 'png') return { output_format: 'png' }
  return { output_format: format === 'jpg' ? 'jpeg' : format, output_compression: quality }
}
