// complaints: what went wrong, in words that say what to do about it.
import { BackendError } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'

/** `about`: what kind of file was sent. */
export function complain(thrown: unknown, about: 'clip' | 'photo' = 'clip'): undefined {
  const box = find('complaint', HTMLDivElement)
  box.textContent = wordsFor(thrown, about)
  show(box)
  box.scrollIntoView({ block: 'nearest' })
}

export function forgive(): void {
  hide(find('complaint', HTMLDivElement))
}

const WORDS: Readonly<Record<string, string>> = {
  INVALID_SESSION: 'The server no longer has your clip. Choose it once more.',
  UNSUPPORTED_FORMAT: 'This file is no clip that can be read. Try an MP4, MOV, WebM, MKV, AVI or GIF.',
  FILE_TOO_LARGE: 'This clip is larger than the server takes. Try a shorter one.',
  PROCESSING_FAILED: 'The server could not make it. Try a shorter part, or another clip.',
  NETWORK_ERROR: 'The server cannot be reached. Check the connection and try again.',
  SERVICE_UNAVAILABLE: 'The server has no time just now. Try again in a moment.',
}

const WORDS_FOR_PHOTOS: Readonly<Record<string, string>> = {
  UNSUPPORTED_FORMAT: 'This file is no photo that can be looked into. Try a JPEG, HEIC or AVIF.',
  FILE_TOO_LARGE: 'This photo is larger than the server takes.',
}

function wordsFor(thrown: unknown, about: 'clip' | 'photo'): string {
  if (!(thrown instanceof BackendError)) return thrown instanceof Error ? thrown.message : 'Something went wrong.'
  if (thrown.errorCode === 'RATE_LIMITED')
    return `That was too often. Try again in ${thrown.retryAfterSeconds ?? 60} seconds.`
  const own = about === 'photo' ? WORDS_FOR_PHOTOS[thrown.errorCode] : undefined
  return own ?? WORDS[thrown.errorCode] ?? thrown.message
}
