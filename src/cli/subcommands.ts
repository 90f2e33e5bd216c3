// subcommands: commands that ask the owner of the data one thing: from words to a question, from its answer to text.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Config, loadConfig, readEnvironment } from '../config.ts'
import { AppError, isErrno } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { runWhereDataIs } from './owner-reach.ts'

export type Subcommand = {
  /** What follows its name, such as `KEY_ID [--json]`. */
  readonly usage: string
  readonly options?: ParseArgsOptionsConfig
  /** The one word that it takes, by the name that the owner knows it by. */
  readonly word?: string
  /** What else the question needs, that is not in the words. */
  readonly more?: (values: Values) => Promise<Values>
  /** The answer for people; `--json` shows it as it is. */
  readonly print: (answer: never) => string
}

type Values = Readonly<Record<string, unknown>>

/** Where a command runs: a test gives its own. */
export type Terminal = {
  readonly env: NodeJS.ProcessEnv
  out(text: string): void
  err(text: string): void
}

/** Resolves with the exit code: 2 when the words are wrong. Throws what the owner throws. */
export async function runSubcommand(
  group: string,
  table: Readonly<Record<string, Subcommand>>,
  [name = '', ...words]: readonly string[],
  terminal: Terminal = PROCESS,
): Promise<number> {
  if (['', '--help', '-h', 'help'].includes(name)) {
    terminal.out(helpOf(group, table))
    return name === '' ? 2 : 0
  }
  const row = Object.hasOwn(table, name) ? table[name] : undefined
  const wrong = (reason: string, usage: string) => {
    terminal.err(`kinora ${group}: ${reason}\n\n${usage}`)
    return 2
  }
  if (!row) return wrong(unknown(name, Object.keys(table)), helpOf(group, table))
  const usage = lineOf(group, name, row)
  try {
    const { help, json, ...values } = readWords(row, words)
    if (help === true) terminal.out(usage)
    else terminal.out(await ask(loadConfig(terminal.env), `${group}.${name}`, row, values, json === true))
    return 0
  } catch (thrown) {
    const reason = mistake(thrown)
    if (reason === undefined) throw thrown
    return wrong(reason, usage)
  }
}

export const PROCESS: Terminal = {
  get env() {
    return readEnvironment()
  },
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
}

function readWords(row: Subcommand, words: readonly string[]): Values {
  const everywhere: ParseArgsOptionsConfig = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }
  const options = { ...row.options, ...everywhere }
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
  const [word, surplus] = row.word === undefined ? [undefined, positionals[0]] : positionals
  if (surplus !== undefined) throw new AppError('request_invalid', `"${surplus}" is one word too many`)
  return { ...values, ...(row.word !== undefined && word !== undefined && { [row.word]: word }) }
}

async function ask(config: Config, command: string, row: Subcommand, values: Values, json: boolean): Promise<string> {
  const answer = await runWhereDataIs(config, command, row.more ? await row.more(values) : values)
  return json ? `${JSON.stringify(answer, null, 2)}\n` : row.print(answer as never)
}

// What the caller can put right by other words; everything else is told by main.
function mistake(thrown: unknown): string | undefined {
  if (thrown instanceof AppError && thrown.code === 'request_invalid')
    return thrown.details.map(({ pointer, message }) => `${option(pointer)} ${message}`).join('; ') || thrown.message
  const slips = ['ERR_PARSE_ARGS_UNKNOWN_OPTION', 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE']
  return slips.some(code => isErrno(thrown, code)) ? (thrown as Error).message.split('. ')[0] : undefined
}

function option(pointer: string): string {
  const name = pointer.slice(1)
  return /^[A-Z_]+$/.test(name) ? name : `--${name}`
}

function unknown(name: string, names: readonly string[]): string {
  const meant = nearest(name, names)
  return `there is no command "${name}"${meant ? `; did you mean "${meant}"?` : ''}`
}

function helpOf(group: string, table: Readonly<Record<string, Subcommand>>): string {
  return Object.entries(table)
    .map(([name, row]) => lineOf(group, name, row))
    .join('')
}

function lineOf(group: string, name: string, { usage }: Subcommand): string {
  return `  kinora ${group} ${[name, usage, '[--json]'].filter(Boolean).join(' ')}\n`
}
