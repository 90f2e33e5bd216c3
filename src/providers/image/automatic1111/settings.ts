// settings: what AUTOMATIC1111 is reached with.

export type Automatic1111Settings = {
  readonly url: string
  /** `user:password`. */
  readonly login: string | undefined
  /** Checkpoints; undefined for whatever is loaded. */
  readonly models: readonly string[] | undefined
}
