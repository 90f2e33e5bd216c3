// rules: which objects callers may reach with the server's own S3 credentials.
import { AppError } from '../../lib/errors.ts'
import { refused } from '../locations.ts'
import { parseS3Location, parseS3Root, type S3Place } from './place.ts'

/** Reads a location and answers the place. Throws `location_refused` for what is misspelt or not allowed. */
export type S3Rules = (location: string) => S3Place

/**
 * `allow` lists buckets and prefixes (`bucket`, `bucket/prefix`); without it every bucket is allowed that the
 * credentials reach. `own` is the URL of the storage where Kinora keeps its objects: never allowed, since everybody's
 * artifacts are there. Throws `config_invalid`.
 */
export function s3Rules({ allow, own }: { allow?: readonly string[]; own?: string }): S3Rules {
  const allowed = allow?.map(entry => readRoot('KINORA_S3_ALLOW', `s3://${entry.replace(/^s3:\/\//i, '')}`))
  const kept = own === undefined || !/^s3:/i.test(own) ? undefined : readRoot('KINORA_STORAGE_URL', own)
  return location => {
    const place = parseS3Location(location)
    if (kept && isWithin(kept, place)) throw refused(location, 'it is where Kinora keeps its own objects')
    if (allowed && !allowed.some(root => isWithin(root, place)))
      throw refused(location, 'KINORA_S3_ALLOW does not name its bucket or prefix')
    return place
  }
}

function readRoot(setting: string, url: string): S3Place {
  try {
    return parseS3Root(url)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new AppError('config_invalid', `${setting}: ${why}`, { cause })
  }
}

// A prefix ends with a slash or is empty, so `clips` does not allow `clips-of-others/x`.
function isWithin(root: S3Place, place: S3Place): boolean {
  return root.bucket === place.bucket && `${place.key}/`.startsWith(root.key)
}
