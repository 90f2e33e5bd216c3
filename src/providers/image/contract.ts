// contract: what makes pictures of words. A folder a vendor, a line each in index.ts; what a model can do is data.

export const IMAGE_FORMATS = ['png', 'jpg', 'webp'] as const
export type ImageFormat = (typeof IMAGE_FORMATS)[number]

export type Size = { readonly widthPx: number; readonly heightPx: number }
/** Without a usual one, what is not asked for is left to the vendor. */
export type Range = { readonly min: number; readonly max: number; readonly usual?: number }

export type ImageModel = {
  /** As callers name it: `procedural`, `black-forest-labs/flux-schnell`. */
  readonly name: string
  /** One sentence for people. */
  readonly about: string
  /** Whether it has learnt from data, or is a program that paints: what pictures are labelled with. */
  readonly kind: 'trained' | 'algorithmic'
  readonly sizes: SizeRule
  readonly maxCount: number
  /** How many are made at the same time, where others wait; as many as are ordered when nothing is said. */
  readonly atOnce?: number
  /** Absent where the model has no such thing. */
  readonly steps?: Range
  readonly guidance?: Range
  readonly takesNegativePrompt: boolean
  /** Whether the same seed makes the same picture again. */
  readonly takesSeed: boolean
  /** What it can deliver itself; what is asked for beyond that is made from the first of them. */
  readonly formats: readonly [ImageFormat, ...ImageFormat[]]
  /** What it takes from order to picture where nobody has measured it yet. */
  readonly usualMs: number
}

export type SizeRule =
  | {
      readonly kind: 'free'
      readonly minPx: number
      readonly maxPx: number
      readonly multipleOf: number
      readonly usual: Size
      /** How much longer than the other a side may be; any where nothing is said. */
      readonly maxRatio?: number
      /** Width times height. */
      readonly area?: { readonly minPx: number; readonly maxPx: number }
    }
  /** The model knows shapes, each in the sizes that it chooses itself: `16:9`. The first is the usual one. */
  | { readonly kind: 'shapes'; readonly shapes: readonly (Size & { readonly ratio: string })[] }
  /** The first is the usual one. */
  | { readonly kind: 'list'; readonly sizes: readonly [Size, ...Size[]] }

/** What is to be made, in what the model can do: whoever orders has fitted it to the model's data. */
export type ImageOrder = {
  readonly model: string
  readonly prompt: string
  readonly negativePrompt?: string
  readonly size: Size
  /** Of the models that know shapes. */
  readonly ratio?: string
  readonly count: number
  readonly steps?: number
  readonly guidance?: number
  /** 0 to 2^31 - 1; chosen when nobody asked for one, and the same in every attempt. */
  readonly seed: number
  /** Whether somebody asked for it: then the same order is to make the same picture, also where that is slower. */
  readonly seedIsAsked: boolean
  readonly format: ImageFormat
  /** 0 to 100. */
  readonly quality: number
}

/** What a provider works with, besides the order. */
export type ImageWork = {
  /**
   * Aborts with an AppError. `cancelled` and `provider_timeout` mean that nobody wants the pictures any more: the vendor
   * is told to stop. For all else (`worker_stopping`) the vendor goes on, and so does the next attempt, from `notes`.
   */
  readonly signal: AbortSignal
  /** 0 to 1; not called where the vendor does not say. */
  progress(fraction: number): void
  /** What an earlier attempt has begun, and keeping that: before the vendor is paid, and when its name for it is known. */
  readonly notes: { readonly found: unknown; keep(notes: unknown): Promise<void> }
  /** Waits so long, or until the vendor has sent word of what it calls `name`. Throws the signal's reason. */
  pause(ms: number, name?: string): Promise<void>
  /** Where the vendor may send word; undefined where nobody outside reaches us. */
  readonly wordUrl?: string
}

/**
 * What was made, and paid for. From here on nothing is ordered again, whatever becomes of the pictures: what cannot be
 * had now is asked for again where it lies, and what cannot be read ends the job.
 */
export type Generated = {
  /** In the vendor's order; fewer than were ordered when it held some back, more when it made more, never none. */
  readonly pictures: readonly Picture[]
  /** `vendor`: an attempt that finds the notes gets the same pictures without ordering. `nobody`: they are only here. */
  readonly keptBy: 'vendor' | 'nobody'
  /** Of the first one, where the vendor says that it took another. */
  readonly seed?: number
  /** What the vendor did otherwise than was ordered, in sentences. */
  readonly warnings: readonly string[]
}

/** Bytes as they came, or an address to fetch them from at once: vendors remove them soon. */
export type Picture = ({ readonly bytes: Buffer } | { readonly url: string }) & {
  /** With which it is made again alone; absent where that is the order's. */
  readonly seed?: number
}

export interface ImageProvider {
  /** `Replicate`: begins the sentences that tell of it. */
  readonly name: string
  /** Always of the same names; what they can do may become known later. */
  readonly models: readonly ImageModel[]
  /**
   * Throws `provider_refused` (it will not: 401, 402, 422, unsafe), `provider_busy` (429, with `retryAfterMs`) and
   * `provider_failed` (5xx, no answer, an answer that is none); the message has the vendor's own words.
   * `unavailable` where it cannot be known for now what became of something that is paid for: the notes are kept, and a
   * later attempt asks again. `provider_unreadable` where the vendor says that it is made, and nothing can be found in
   * what it says: that is never ordered again.
   */
  generate(order: ImageOrder, work: ImageWork): Promise<Generated>
}
