// failure: how a child ended, as one of our errors; undefined when it did what it was asked to.
import { constants } from 'node:os'
import { AppError, type ErrorCode } from '../lib/errors.ts'
import { usefulLine } from './log.ts'

export type Ending = {
  readonly program: string
  readonly exitCode?: number
  readonly signal?: string
  readonly cancelled: boolean
  readonly timedOut: boolean
  /** It printed more than we collect. */
  readonly overflowed: boolean
  /** What the system said when it could not be started at all. */
  readonly startError?: string
  readonly log: string
}

/** The log stays with the error as its cause; the message holds nothing but the useful line of it. */
export function failureOf(ending: Ending): AppError | undefined {
  const failure = (code: ErrorCode, message: string) =>
    new AppError(code, message, { cause: new Error(ending.log || ending.startError) })
  const { program, log } = ending
  if (ending.cancelled) return failure('cancelled', 'The work was cancelled')
  if (ending.timedOut) return failure('process_timeout', `${program} took longer than it may`)
  if (ending.overflowed) return failure('output_too_large', `${program} printed more than it may`)
  if (ending.startError !== undefined) return failure('config_invalid', missing('setpriv'))
  // ffmpeg returns 0 for most containers when the disk is full: its log is the only witness.
  if (/No space left on device/.test(log)) return failure('disk_full', 'There is no space left on the disk')
  if (ending.exitCode === 0) return undefined
  const signal = signalOf(ending)
  if (signal === 'SIGXFSZ') return failure('output_too_large', 'The output grew larger than it may')
  if (signal !== undefined) return failure('ffmpeg_failed', killed(program, signal))
  const absent = absentTool(log)
  if (absent) return failure('config_invalid', missing(absent))
  if (sourceGone(log)) return failure('source_missing', 'A source file is not there any more')
  if (undecodable(log)) return failure('media_damaged', 'A source is damaged: not a single frame of it can be decoded')
  return failure('ffmpeg_failed', `${program} failed: ${usefulLine(log) ?? `exit code ${ending.exitCode}`}`)
}

// bubblewrap hands a signal on as an exit code, after the custom of shells.
function signalOf({ signal, exitCode = 0 }: Ending): string | undefined {
  if (signal !== undefined) return signal
  return Object.entries(constants.signals).find(([, number]) => exitCode === 128 + number)?.[0]
}

function killed(program: string, signal: string): string {
  if (signal === 'SIGKILL') return `${program} was killed by the system: too little memory, or too much processor time`
  return `${program} crashed (${signal})`
}

function absentTool(log: string): string | undefined {
  return /^(?:bwrap: execvp|\w+: failed to execute) ([\w-]+): No such file or directory/m.exec(log)?.[1]
}

const PACKAGES = new Map([
  ['ffmpeg', 'ffmpeg'],
  ['ffprobe', 'ffmpeg'],
  ['bwrap', 'bubblewrap'],
  ['setpriv', 'util-linux'],
  ['prlimit', 'util-linux'],
])

function missing(tool: string): string {
  const origin = PACKAGES.get(tool)
  return origin ? `${tool} is not installed: it comes with the Debian package ${origin}` : `${tool} is not installed`
}

// The file has an index, and nothing behind it.
function undecodable(log: string): boolean {
  return log.includes('Cannot determine format of input stream')
}

function sourceGone(log: string): boolean {
  // ffmpeg names the file before the reason, or since 7 in the line after it.
  return /^bwrap: Can't find source path|(^|:)\/in\/\d+: No such file or directory|Error opening input: No such file or directory\s+Error opening input file (file:)?\/in\/\d+\./m.test(
    log,
  )
}
