// place: reads `s3://bucket/key` strictly, so that one object has one spelling and no spelling means two things.
import { quote, refused } from '../locations.ts'

/** An object, or with a key that ends in `/` or is empty, where objects begin. */
export type S3Place = { readonly bucket: string; readonly key: string }

/**
 * Reads an object's location. As with other S3 tools everything after the bucket is the key, letter for letter: nothing
 * is percent-decoded, and `?` and `#` are letters like any other. Throws `location_refused`.
 */
export function parseS3Location(location: string): S3Place {
  const [, bucket, key] = /^s3:\/\/([^/]*)\/(.+)$/is.exec(location) ?? []
  if (bucket === undefined || key === undefined) throw refused(location, 'write s3://bucket/key')
  assertBucket(location, bucket)
  assertKey(location, key)
  return { bucket, key }
}

/** Reads where Kinora's own objects lie: `s3://bucket` or `s3://bucket/prefix`. Throws `location_refused`. */
export function parseS3Root(url: string): S3Place {
  const bucket = /^s3:\/\/([^/]*)\/?$/i.exec(url)?.[1]
  if (bucket === undefined) {
    const place = parseS3Location(url.replace(/\/$/, ''))
    return { bucket: place.bucket, key: `${place.key}/` }
  }
  assertBucket(url, bucket)
  return { bucket, key: '' }
}

/** The one spelling of a place. */
export function printS3Location({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`
}

/** For messages, in quotes and not too long. */
export function quoteS3({ bucket, key }: S3Place): string {
  return quote(printS3Location({ bucket, key }))
}

function assertBucket(location: string, bucket: string): void {
  // The rules of AWS; whatever else there might be between the slashes (a user, a port, an ARN) is no bucket.
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..') || /^\d+(\.\d+){3}$/.test(bucket))
    throw refused(location, 'a bucket has 3 to 63 small letters, digits, dots and hyphens')
  // An alias of an access point is another name of a bucket: it would lead round every rule about that bucket.
  if (/(?:-s3alias|--ol-s3|--x-s3|\.mrap)$/.test(bucket)) throw refused(location, 'write the name of the bucket itself')
}

function assertKey(location: string, key: string): void {
  if (!key.isWellFormed()) throw refused(location, 'it is not Unicode')
  if (Buffer.byteLength(key) > 1024) throw refused(location, 'its key is longer than 1024 bytes')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
  if (/[\u0000-\u001f\u007f-\u009f\\\ufffe\uffff]/.test(key))
    throw refused(location, 'it contains a control character or a backslash')
  if (key.endsWith('/')) throw refused(location, 'it names a folder, not an object')
  // Some servers and most HTTP clients would drop these on the way, and reach another object.
  if (key.split('/').some(part => part === '' || part === '.' || part === '..'))
    throw refused(location, 'it contains an empty part, . or ..')
}
