// requests: what /convert is asked for, read from a form.
import { AppError } from '../../lib/errors.ts'
import type { Form } from '../../web/receive.ts'
import { readNumber, toMicros } from './numbers.ts'
import type { Session } from './sessions.ts'
import { type AskedRange, withinClip } from './times.ts'
import { type ConvertParams, FORMATS, LAYOUTS } from './work.ts'

export type ConvertRequest = { readonly sessionId: string; readonly range: AskedRange } & Pick<
  ConvertParams,
  'speed' | 'layout' | 'format' | 'sound' | 'maxSidePx'
>

type Fields = Form['fields']

/** Everything that needs no session. Throws `request_invalid`, and `value_impossible` for what no clip can be made with. */
export function readConvert(fields: Fields): ConvertRequest {
  const sessionId = readSessionId(fields['session_id'])
  const [startUs, endUs, coverUs] = (['range_start', 'range_end', 'cover_time'] as const).map(name =>
    toMicros(readNumber(name, fields[name])),
  ) as [number, number, number]
  const speed = readNumber('speed', fields['speed'])
  const maxSidePx = readSide(fields['max_size'])
  const choices = {
    layout: choice('layout', fields['layout'], LAYOUTS),
    format: choice('format', fields['format'], FORMATS),
    sound: readFlag('mute', fields['mute']) ? ('muted' as const) : ('kept' as const),
  }
  if (speed < 0.1 || speed > 10) throw impossible('speed must be from 0.1 to 10')
  const side = maxSidePx === undefined ? {} : { maxSidePx }
  return { sessionId, range: { startUs, endUs, coverUs }, speed, ...choices, ...side }
}

/** The same of a session's clip, for whoever makes it. `cover` is the digest of a picture in place of a frame. */
export function toConvertParams(request: ConvertRequest, session: Session, cover?: string): ConvertParams {
  const { sessionId: _, range, ...rest } = request
  const { startUs, endUs, coverUs } = withinClip(range, session.durationUs)
  return { source: session.source, startUs, endUs, coverUs, ...rest, ...(cover !== undefined && { cover }) }
}

/** Throws `request_invalid` unless there is one, of whatever form: what is no id of ours is found nowhere. */
function readSessionId(written: string | undefined): string {
  if (written === undefined || written === '') throw new AppError('request_invalid', 'session_id is missing')
  return written
}

function choice<Choice extends string>(name: string, written: string | undefined, choices: readonly Choice[]): Choice {
  const [usual] = choices
  const found = written === undefined || written === '' ? usual : choices.find(one => one === written)
  if (found === undefined) throw new AppError('request_invalid', `${name} must be one of ${choices.join(', ')}`)
  return found
}

function readFlag(name: string, written = ''): boolean {
  if (/^(?:1|true|on|yes)$/i.test(written)) return true
  if (/^(?:|0|false|off|no)$/i.test(written)) return false
  throw new AppError('request_invalid', `${name} must be true or false`)
}

const SIDES_PX = [64, 16_384] as const

function readSide(written: string | undefined): number | undefined {
  if (written === undefined || written === '') return undefined
  const side = readNumber('max_size', written)
  if (!Number.isInteger(side)) throw new AppError('request_invalid', 'max_size must be a whole number')
  if (side < SIDES_PX[0] || side > SIDES_PX[1]) throw impossible(`max_size must be from ${SIDES_PX.join(' to ')}`)
  return side
}

function impossible(message: string): AppError {
  return new AppError('value_impossible', message)
}
