// level: the contract of the ways to confine a child; sandbox.ts (bubblewrap) and bare.ts (limits only) keep it.

/** What a command may touch. It sees its sources as /in/0, /in/1 …, read-only, and its outputs in /out. */
export type Box = {
  /** Host files. */
  readonly reads: readonly string[]
  /** A host directory. */
  readonly writes?: string
}

export type Level = {
  readonly name: 'bubblewrap' | 'limits'
  /** The command line that runs a program in its box, and the directory to start it from. */
  wrap(program: string, args: readonly string[], box: Box): { readonly words: readonly string[]; readonly cwd: string }
}

/** All that a child sees of our environment is nothing: settings and secrets are not its business. */
export const CHILD_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' } as const
