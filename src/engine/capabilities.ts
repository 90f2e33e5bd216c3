// capabilities: what this machine's ffmpeg can do, as data, so that callers ask instead of catching.

export type Capabilities = {
  /** As ffmpeg prints it, such as `5.1.9-0+deb12u1`. */
  readonly version: string
  readonly encoders: ReadonlySet<string>
  readonly decoders: ReadonlySet<string>
  readonly filters: ReadonlySet<string>
  readonly habits: Habits
}

/** What versions of ffmpeg do differently with the same command. */
export type Habits = {
  /** The clock of a file that was cut out of a broadcast begins with the streams in use, even when an offset is given. */
  readonly clockFollowsUse: boolean
  /** Which field is first is not taken from the frames, but from an option that later versions no longer have. */
  readonly fieldOrderIsTold: boolean
}
