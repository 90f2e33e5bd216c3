// settings: what ComfyUI is reached with.

export type ComfyUiSettings = {
  readonly url: string
  /**
   * Files in API format ("Export (API)" in ComfyUI's menu), each a model of its name; undefined for the one that comes
   * with Kinora. What is ordered is written in place of `{{prompt}}` (every workflow needs it), `{{negative_prompt}}`,
   * `{{seed}}`, `{{width}}` with `{{height}}`, `{{steps}}`, `{{guidance}}`, `{{count}}` and `{{checkpoint}}` (the server's
   * first) in the inputs: `"seed": "{{seed}}"`, `"text": "photo of {{prompt}}, film grain"`. `{{steps=4}}` says what is
   * usual. What a workflow leaves out, its model cannot do.
   */
  readonly workflows: readonly string[] | undefined
}
