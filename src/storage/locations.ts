// locations: reads a bare name or a `file:` URI as a path inside one of the mounts, by its spelling alone.
import { AppError } from '../lib/errors.ts'

/** Folders of the host by the name that callers see, such as `/uploads` → `/srv/in`. */
export type MountTable = ReadonlyMap<string, Mount>

export type Mount = {
  readonly directory: string
  /** `shared`: everybody reads and writes. `read-only`: everybody reads. `per-owner`: a folder for each. */
  readonly access: 'shared' | 'read-only' | 'per-owner'
}

/** A place inside a mount: `parts` are names, none of them empty, `.` or `..`. */
export type Place = { readonly mount: string; readonly parts: readonly string[] }

// A bare name is looked up here, in this order, and written to the last one.
const SOURCES = ['/uploads', '/output']
const DESTINATION = '/output'
const LONGEST = 4096
const LONGEST_PART_BYTES = 255

/** Where a source may be; a bare name has several places. Throws `location_refused`. */
export function sourcePlaces(location: string, mounts: MountTable): Place[] {
  return places(location, mounts, SOURCES)
}

/** Where a source is looked for first. Throws `location_refused`. */
export function firstPlace(location: string, mounts: MountTable): Place {
  const [place] = sourcePlaces(location, mounts)
  if (!place) throw refused(location, `there is no ${SOURCES.join(' or ')}`)
  return place
}

/** Where a destination lies. Throws `location_refused`. */
export function destinationPlace(location: string, mounts: MountTable): Place {
  const [place] = places(location, mounts, [DESTINATION])
  if (!place) throw refused(location, `there is no ${DESTINATION}`)
  if (mounts.get(place.mount)?.access === 'read-only') throw refused(location, `${place.mount} may only be read`)
  if (/^\.[^.]+$/.test(place.parts.at(-1) ?? '')) throw refused(location, 'its name has nothing before the ending')
  return place
}

/** The one spelling that every other spelling of a place comes down to. */
export function printPlace({ mount, parts }: Place): string {
  const encode = (part: string) => encodeURI(part).replace(/[?#]/g, encodeURIComponent)
  return `file://${[...mount.split('/').map(encode), ...parts.map(encode)].join('/')}`
}

export function refused(location: string, why: string): AppError {
  return new AppError('location_refused', `${quote(location)} is refused: ${why}`)
}

/** Callers see their own words, never a path of this machine; and no log sees the secrets that a URL may carry. */
export function quote(location: string): string {
  const named = location.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1')
  const open = /^https?:/i.test(named) ? named.replace(/[?#].*$/s, '') : named
  return JSON.stringify(open.length > 100 ? `${open.slice(0, 100)}…` : open)
}

function places(location: string, mounts: MountTable, bareMounts: readonly string[]): Place[] {
  assertPlainText(location)
  if (!/^[a-z][a-z0-9+.-]*:/i.test(location)) return barePlaces(location, mounts, bareMounts)
  const path = /^file:\/\/(\/[^?#]*)$/i.exec(location)?.[1]
  if (path === undefined) throw refused(location, 'write file:///mount/name, with %3F and %23 for ? and # in a name')
  const parts = split(location, decode(location, path))
  const mount = [...mounts.keys()]
    .filter(name => `/${parts.join('/')}`.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0]
  if (!mount) throw refused(location, `it is not inside ${[...mounts.keys()].join(' or ')}`)
  return [{ mount, parts: parts.slice(mount.split('/').length - 1) }]
}

function barePlaces(location: string, mounts: MountTable, bareMounts: readonly string[]): Place[] {
  if (location.startsWith('/')) throw refused(location, 'write file:///mount/name, or a name without a leading /')
  const parts = split(location, location)
  return bareMounts.filter(mount => mounts.has(mount)).map(mount => ({ mount, parts }))
}

function assertPlainText(location: string): void {
  if (location.length > LONGEST) throw refused(location, 'it is too long')
  if (!location.isWellFormed()) throw refused(location, 'it is not Unicode')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
  if (/[\u0000-\u001f\u007f\\]/.test(location))
    throw refused(location, 'it contains a control character or a backslash')
}

// Once, and only what a name can be: an encoded slash would move the border between two names.
function decode(location: string, path: string): string {
  if (/%(?:2f|5c|00)/i.test(path)) throw refused(location, 'it contains an encoded slash, backslash or NUL')
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    throw refused(location, 'its percent-encoding is broken')
  }
  assertPlainText(decoded)
  return decoded
}

function split(location: string, path: string): string[] {
  if (/(^|\/)\.?$/.test(path)) throw refused(location, 'it names a folder, not a file')
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  if (parts.includes('..')) throw refused(location, 'it contains ..')
  if (parts.some(part => Buffer.byteLength(part) > LONGEST_PART_BYTES))
    throw refused(location, 'a name in it is too long')
  return parts
}
