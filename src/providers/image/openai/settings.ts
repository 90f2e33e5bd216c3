// settings: what a server is reached with that speaks as OpenAI does.

export type OpenAiSettings = {
  /** Ends in `/v1`. */
  readonly url: string
  readonly key: string | undefined
  /** Undefined for the usual one. */
  readonly models: readonly string[] | undefined
}
