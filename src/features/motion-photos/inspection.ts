// inspection: what a file is, by the verdicts of all readers: its kind, its video, and the bytes of its still.
import type { ByteRange, Verdict } from './readers/contract.ts'
import { type ReaderName, readAll, type Verdicts } from './readers/index.ts'
import { type Photo, readPhoto } from './readers/photo.ts'
import type { Source } from './readers/source.ts'
import { type Vendor, vendorOf } from './readers/vendor.ts'

export const KINDS = ['motion_photo', 'micro_video', 'samsung', 'huawei', 'appended_video', 'still'] as const

export type Inspection = {
  readonly photo: Photo
  readonly kind: (typeof KINDS)[number]
  readonly vendor?: Vendor
  readonly verdicts: Verdicts
  /** The video's exact bytes. */
  readonly clip?: ByteRange
  readonly timestampUs?: number
  /** The pictures' exact bytes, with whatever they say of themselves. */
  readonly still: ByteRange
}

/** Undefined when the file is neither JPEG, HEIC nor AVIF. Reads a bounded part of it, however broken it is. */
export async function inspect(source: Source): Promise<Inspection | undefined> {
  const photo = await readPhoto(source)
  if (!photo) return undefined
  const [verdicts, vendor] = [await readAll(photo), await vendorOf(photo)]
  const clip = EXACT.map(name => verdicts[name].clip).find(found => found !== undefined)
  const timestampUs = TIMED.map(name => verdicts[name].timestampUs).find(told => told !== undefined)
  return {
    ...{ photo, kind: kindOf(verdicts, vendor), verdicts, still: stillOf(photo, clip) },
    ...(vendor && { vendor }),
    ...(clip && { clip }),
    ...(timestampUs !== undefined && { timestampUs }),
  }
}

// Samsung's length is the video's alone, where other readers take everything up to the end of the file.
const EXACT: readonly ReaderName[] = ['samsung', 'google', 'media3', 'microvideo', 'heic', 'brute']
const TIMED: readonly ReaderName[] = ['google', 'media3', 'microvideo']

function kindOf(verdicts: Verdicts, vendor: Vendor | undefined): Inspection['kind'] {
  const found = ({ found }: Verdict) => found
  if (found(verdicts.google) || found(verdicts.heic)) return 'motion_photo'
  if (found(verdicts.microvideo) || found(verdicts.media3)) return 'micro_video'
  if (found(verdicts.samsung)) return 'samsung'
  if (!found(verdicts.brute)) return 'still'
  return vendor === 'huawei' ? 'huawei' : 'appended_video'
}

// Between the pictures and the video there is padding, or the head of a box or of a field.
function stillOf({ picturesEnd, source }: Photo, clip: ByteRange | undefined): ByteRange {
  const ends = [picturesEnd, clip?.offset, source.sizeBytes].filter(end => end !== undefined)
  return { offset: 0, length: Math.min(...ends) }
}
