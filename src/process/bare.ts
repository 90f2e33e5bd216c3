// bare: runs a command without a sandbox, for hosts that allow none: limits, an empty environment, real paths.
import { AppError } from '../lib/errors.ts'
import type { Box, Level } from './level.ts'

export function bareLevel(): Level {
  return {
    name: 'limits',
    wrap: (program, args, box) => ({
      words: [program, ...args.map(word => hostWord(word, box))],
      cwd: box.writes ?? '/',
    }),
  }
}

/** An argument that as a whole is `file:/in/<n>` or `file:/out/<name>` becomes the host's path; no other is touched. */
export function hostWord(word: string, { reads, writes }: Box): string {
  const source = /^file:\/in\/(\d+)$/.exec(word)
  if (source) return `file:${present(reads[Number(source[1])], word)}`
  const output = /^file:\/out\/(.+)$/s.exec(word)
  if (output) return `file:${present(writes, word)}/${output[1]}`
  return word
}

function present(path: string | undefined, word: string): string {
  if (path === undefined) throw new AppError('internal', `A command names ${word}, which its box does not hold`)
  return path
}
