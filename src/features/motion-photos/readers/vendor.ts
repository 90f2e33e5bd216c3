// vendor: whose camera, or whose way of writing, a motion photo shows, as far as it can be told.
import { readDeclaration } from './declaration.ts'
import type { Photo } from './photo.ts'

export const VENDORS = ['oppo', 'xiaomi', 'vivo', 'samsung', 'huawei'] as const
export type Vendor = (typeof VENDORS)[number]

const NAMESPACES: readonly (readonly [namespace: string, vendor: Vendor])[] = [
  ['http://ns.oplus.com/photos/1.0/camera/', 'oppo'],
  ['http://ns.xiaomi.com/photos/1.0/camera/', 'xiaomi'],
  ['http://ns.vivo.com/photos/1.0/camera/', 'vivo'],
]

const TAIL_BYTES = 128

export async function vendorOf({ source, packets }: Photo): Promise<Vendor | undefined> {
  const { namespaces } = readDeclaration(packets)
  const named = NAMESPACES.find(([namespace]) => namespaces.has(namespace))
  if (named) return named[1]
  const tail = (await source.read(Math.max(0, source.sizeBytes - TAIL_BYTES), TAIL_BYTES)).toString('latin1')
  if (tail.endsWith('SEFT')) return 'samsung'
  // Huawei and Honor write no XMP, but a line of text at the end: `v2_f35 … LIVE_3029283`.
  return /v\d_f\d+[\s\S]*LIVE_\d+/.test(tail) ? 'huawei' : undefined
}
