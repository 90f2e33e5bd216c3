// command: what to run, as a value. A command sees its sources as /in/0, /in/1 … and its own outputs in /out.

export type Command = { readonly program: 'ffmpeg' | 'ffprobe'; readonly args: readonly string[] }

/** The n-th source as every command names it; the `file:` prefix keeps a name from being read as a protocol. */
export function inputPath(index: number): string {
  return `file:/in/${index}`
}

/** An output as every command names it. */
export function outputPath(name: string): string {
  return `file:/out/${name}`
}
