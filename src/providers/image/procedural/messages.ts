// messages: what the pool and its threads say to each other.
import type { ImageFormat } from '../contract.ts'
import type { Sketch } from './easel.ts'

export type Canvas = Sketch & { readonly format: ImageFormat; readonly quality: number }

/** To a thread; `stop` is shared: its first number becomes 1 when nobody wants the picture any more. */
export type Commission = { readonly canvas: Canvas; readonly stop: Int32Array }

/** From a thread: after any but `progress` it is free again. */
export type Report =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly bytes: Uint8Array; readonly warnings: readonly string[] }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
