// complaints: what went wrong, in the words of the service, beside what it is about; and what one could do about it.
import { BackendError } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { clearFaults, showFault } from './faults.ts'

/** What was sent: a clip, a finished photo, or a picture to stand still. */
export type Sent = 'clip' | 'photo' | 'picture'

export function complain(thrown: unknown, sent: Sent = 'clip'): undefined {
  const field = thrown instanceof BackendError ? fieldOf(thrown, sent) : undefined
  const words = wordsFor(thrown, sent)
  if (field) showFault(field, words)
  else showBox(words)
  return undefined
}

function showBox(words: string): void {
  const box = find('complaint', HTMLDivElement)
  box.textContent = words
  show(box)
  box.scrollIntoView({ block: 'nearest' })
}

export function forgive(): void {
  clearFaults()
  hide(find('complaint', HTMLDivElement))
}

// The service's names, where they are on the page, and what they are called there.
const FIELDS: readonly (readonly [name: string, field: string, words: string])[] = [
  ['range_start', 'start-time', 'the start'],
  ['range_end', 'end-time', 'the end'],
  ['cover_time', 'cover-time', 'the still'],
  ['max_size', 'size', 'the size'],
  ['speed', 'speed', 'the speed'],
]

function fieldOf({ errorCode, message }: BackendError, sent: Sent): string | undefined {
  const named = FIELDS.find(([name]) => message.startsWith(name))?.[1]
  if (named !== undefined) return named
  if (errorCode === 'INVALID_TIME_RANGE') return 'end-time'
  if (errorCode !== 'UNSUPPORTED_FORMAT' && errorCode !== 'FILE_TOO_LARGE') return undefined
  if (sent === 'picture') return 'picture'
  return find('start', HTMLElement).hidden ? undefined : 'file'
}

function wordsFor(thrown: unknown, sent: Sent): string {
  if (!(thrown instanceof BackendError))
    return thrown instanceof Error ? sentence(thrown.message) : 'Something went wrong.'
  const { errorCode, message, retryAfterSeconds = 60 } = thrown
  if (errorCode === 'RATE_LIMITED') return `That was too often. Try again in ${retryAfterSeconds} seconds.`
  if (errorCode === 'UNSUPPORTED_FORMAT') return `${sentence(message)} ${TRY[sent]}`
  return PLAIN[errorCode] ?? `${LEADS[errorCode] ?? ''}${sentence(message)}`
}

const TRY: Readonly<Record<Sent, string>> = {
  clip: 'Try an MP4, MOV, WebM, MKV, AVI or GIF.',
  photo: 'Try a JPEG, HEIC or AVIF.',
  picture: 'Try another picture.',
}

// Where the service speaks of what nobody on this page has heard of.
const PLAIN: Readonly<Record<string, string>> = {
  INVALID_SESSION: 'The server no longer has your clip. Choose it once more.',
  NETWORK_ERROR: 'The server cannot be reached. Check the connection and try again.',
  SERVICE_UNAVAILABLE: 'The server has no time just now. Try again in a moment.',
}

const LEADS: Readonly<Record<string, string>> = {
  FILE_TOO_LARGE: 'This file is larger than the server takes. ',
  PROCESSING_FAILED: 'It could not be made. ',
  INTERNAL_ERROR: 'Something went wrong on the server. ',
}

/** In the words of the page, from a capital to a full stop. */
function sentence(detail: string): string {
  const words = FIELDS.reduce(
    (text, [name, , words]) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), words),
    detail,
  )
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? '' : '.')
}
