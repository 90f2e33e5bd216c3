// fsck: `kinora fsck`: looks whether everything that is kept fits together, and mends what it may.
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { isErrno } from '../lib/errors.ts'
import type { Finding, FsckReport } from '../runs/upkeep/fsck.ts'
import { runWhereDataIs } from './owner-reach.ts'
import { table } from './screen.ts'
import { PROCESS, type Terminal } from './subcommands.ts'

const USAGE = `  kinora fsck [--mend] [--deep] [--json]

  --mend   puts right what can be put right beside running work; nothing changes without
  --deep   reads every byte that is kept, too
  --json   tells it for programs

  Exit code 0: nothing is wrong (any more). 1: something is left. 2: the command is wrong.
`

/** Resolves with the exit code. Throws when something cannot be looked at. */
export async function fsck(words: readonly string[], terminal: Terminal = PROCESS): Promise<number> {
  const asked = readWords(words)
  if (typeof asked === 'string') {
    terminal.err(`kinora fsck: ${asked}\n\n${USAGE}`)
    return 2
  }
  if (asked.help) {
    terminal.out(USAGE)
    return 0
  }
  const { mend, deep } = asked
  const report = (await runWhereDataIs(loadConfig(terminal.env), 'fsck', { mend, deep })) as FsckReport
  terminal.out(asked.json ? `${JSON.stringify(report, null, 2)}\n` : print(report))
  return report.left > 0 ? 1 : 0
}

function readWords(words: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  const options = { mend: flag, deep: flag, json: flag, help: { ...flag, short: 'h' } }
  try {
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    const slip = ['UNKNOWN_OPTION', 'INVALID_OPTION_VALUE', 'UNEXPECTED_POSITIONAL']
    if (!slip.some(code => isErrno(error, `ERR_PARSE_ARGS_${code}`))) throw error
    return (error as Error).message.split('. ')[0] ?? ''
  }
}

function print({ checks, findings, left }: FsckReport): string {
  const made = `${checks.length} checks, ${findings.length} findings, ${left} left\n`
  if (findings.length === 0) return made
  return `${table(findings.map(finding => [stateOf(finding), finding.where, finding.what]))}${made}`
}

function stateOf({ mended, harmless }: Finding): string {
  if (mended) return 'mended'
  return harmless ? 'note' : 'wrong'
}
