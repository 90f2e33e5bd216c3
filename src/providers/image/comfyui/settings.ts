// settings: what ComfyUI is reached with.

export type ComfyUiSettings = {
  readonly url: string
  /** Files in API format, with placeholders; undefined for the one that comes with Kinora. */
  readonly workflows: readonly string[] | undefined
}
