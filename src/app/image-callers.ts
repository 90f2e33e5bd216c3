// image-callers: the makers of pictures that call us when something has happened, and how they are known.
import type { Config } from '../config.ts'
import { REPLICATE_PATH } from '../features/images/caller-routes.ts'
import type { Nudges } from '../features/images/nudges.ts'
import type { VendorCaller } from '../features/images/services.ts'
import { replicateWord } from '../providers/image/replicate/word.ts'

/** By the name of the provider. */
export function imageCallers({ images, publicUrl }: Config, nudges: Nudges): ReadonlyMap<string, VendorCaller> {
  const { replicate } = images
  if (!replicate) return new Map()
  const url = publicUrl === undefined ? undefined : `${publicUrl}${REPLICATE_PATH}`
  const caller = { read: replicateWord(replicate), ring: nudges.ring, ...(url !== undefined && { url }) }
  return new Map([['Replicate', caller]])
}
