// settings: what Replicate is reached with.

export type ReplicateSettings = {
  /** Ends in `/v1`. */
  readonly url: string
  readonly token: string
  /** Of `owner/name`, or `owner/name:version`; undefined for those that are known here. */
  readonly models: readonly string[] | undefined
  /** Undefined where Replicate is asked for it. */
  readonly webhookSecret?: string
}
