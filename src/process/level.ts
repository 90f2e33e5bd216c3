// level: the contract of the ways to confine a child; sandbox.ts (bubblewrap) and bare.ts (limits only) keep it.

/** What a command may touch. It sees its sources as /in/0, /in/1 …, read-only, and its outputs in /out. */
export type Box = {
  /** Host files. */
  readonly reads: readonly string[]
  /** A host directory. */
  readonly writes?: string
}

export type Level = {
  readonly name: LevelName
  wrap(program: string, args: readonly string[], box: Box): Wrapped
}

/** From the strongest to the weakest. */
export type LevelName = 'bubblewrap+seccomp' | 'bubblewrap' | 'limits'

export type Wrapped = {
  /** The command line that runs a program in its box. */
  readonly words: readonly string[]
  /** Where to start it from. */
  readonly cwd: string
  /** What it reads from its descriptor 3, which is opened anew for each child. */
  readonly filter?: Uint8Array
}

/** What is missing at a level, for whoever runs this machine; undefined when nothing is. */
export function weaknessOf(level: string): string | undefined {
  return WEAKNESSES.get(level)
}

const WEAKNESSES = new Map<string, string>([
  ['limits', 'Media tools are limited, but not boxed in: they see the files and the network that this process sees'],
  ['bubblewrap', 'Media tools are boxed in, but may make any system call: there is no seccomp filter for this machine'],
] satisfies [LevelName, string][])

/** All that a child sees of our environment is nothing: settings and secrets are not its business. */
export const CHILD_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' } as const
