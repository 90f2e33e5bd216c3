// keys: how an object may be named. A part never begins with a dot, so no key leaves its root or meets our own files.
import { AppError } from '../lib/errors.ts'

const KEY = /^[\w-][\w.-]{0,254}(?:\/[\w-][\w.-]{0,254}){0,15}$/

export function isKey(key: string): boolean {
  return KEY.test(key)
}

/** Throws `request_invalid` for what may not be written. */
export function assertKey(key: string): void {
  if (!isKey(key))
    throw new AppError('request_invalid', `An object cannot be called ${JSON.stringify(key.slice(0, 100))}`)
}

export function missing(key: string, cause?: unknown): AppError {
  return new AppError('object_missing', `There is no object ${JSON.stringify(key.slice(0, 100))}`, { cause })
}
