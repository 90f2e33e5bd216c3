// captured: when and where a clip was filmed, as telephones and cameras write it into the tags of a container.
import type { Captured } from '../engine/probe.ts'

type Tags = Readonly<Record<string, string>>

// Apple's have the clock of the place; `creation_time` is in UTC.
const TIMES = ['com.apple.quicktime.creationdate', 'creation_time']
const PLACES = ['com.apple.quicktime.location.ISO6709', 'location']

export const CAPTURE_TAGS = [...TIMES, ...PLACES]

export function capturedOf(tags: Tags = {}): { readonly captured?: Captured } {
  const at = TIMES.map(name => timeOf(tags[name] ?? '')).find(found => found !== undefined)
  const place = PLACES.map(name => placeOf(tags[name] ?? '')).find(found => found !== undefined)
  return at || place ? { captured: { ...(at && { at }), ...(place && { place }) } } : {}
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/

function timeOf(text: string): Captured['at'] {
  const [, day = '', time = '', zone = ''] = TIME.exec(text) ?? []
  // Clocks that were never set say 1904, 1970 or 1980.
  if (!(Date.parse(`${day}T${time}Z`) > Date.UTC(1990, 0))) return undefined
  return { local: `${day}T${time}`, offset: zone === 'Z' ? '+00:00' : zone.replace(/^(...):?/, '$1:') }
}

// ISO 6709, annex H, in degrees: `+48.8577+002.2950+035.000/`.
const PLACE = /^([+-]\d{1,2}(?:\.\d{1,12})?)([+-]\d{1,3}(?:\.\d{1,12})?)([+-]\d{1,6}(?:\.\d{1,9})?)?(?:CRS[\w:]*)?\/?$/

function placeOf(text: string): Captured['place'] {
  const found = PLACE.exec(text)
  const [latitude = 91, longitude = 181] = found?.slice(1, 3).map(Number) ?? []
  // Nobody films in the Gulf of Guinea as often as a telephone does not know where it is.
  const known = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0)
  if (!known) return undefined
  return { latitude, longitude, ...(found?.[3] !== undefined && { altitudeM: Number(found[3]) }) }
}
