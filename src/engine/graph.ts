// graph: the language of a pipeline, after it has been parsed: inputs, operations on them, and outputs.

export type Graph = {
  readonly inputs: readonly GraphInput[]
  readonly operations: readonly GraphOperation[]
  readonly outputs: readonly GraphOutput[]
}

export type GraphInput = {
  readonly id: string
  readonly source: string
  /** Fields stay fields when it is encoded. */
  readonly interlaced?: 'keep'
}

export type GraphOperation = {
  /** Where it stands in the spec, as a JSON pointer. */
  readonly at: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly output: string
  /** As the operation's own schema read them: times are microseconds, defaults are filled in. */
  readonly params: unknown
}

export type GraphOutput = {
  /** An input or an operation's output. */
  readonly id: string
  readonly destination: string
  /** A name of the container table, from the destination's ending: `mp4`, `webm`, `mp3` … */
  readonly container: string
  readonly video?: VideoCodec
  readonly audio?: AudioCodec
}

export type VideoCodec = {
  /** An ffmpeg encoder, or `copy`. */
  readonly codec: string
  readonly preset?: string
  readonly crf?: number
  readonly bitrateBps?: number
}

export type AudioCodec = {
  /** An ffmpeg encoder, or `copy`. */
  readonly codec: string
  readonly bitrateBps?: number
  readonly sampleRateHz?: number
  readonly channels?: number
}
