// heif-items: the items of a HEIC or AVIF file (ISO/IEC 23008-12): of what type they are, their bytes, and what belongs to them.
import { type Box, childrenOf, inside } from '../readers/boxes.ts'
import { readItemPieces } from '../readers/item-locations.ts'
import type { Source } from '../readers/source.ts'

export type Property = { readonly type: string; readonly data: Buffer }

export interface HeifItems {
  readonly primary: number
  /** Four letters: `hvc1`, `av01`, `grid`; undefined for an item that there is not. */
  typeOf(item: number): string | undefined
  /** The items that this one is put together from, in order. */
  partsOf(item: number): readonly number[]
  /** In the order in which they are to be applied. */
  propertiesOf(item: number): readonly Property[]
  /** Undefined for what does not lie in this file. */
  bytesOf(item: number): Promise<Buffer | undefined>
}

const MOST_BYTES = 64 * 1024 * 1024

/** Undefined where something is missing without which there is no picture. */
export async function readItems(source: Source, boxes: readonly Box[]): Promise<HeifItems | undefined> {
  const meta = await childrenOf(source, boxes, 'meta', 4)
  const box = (type: string) => meta.find(candidate => candidate.type === type)
  const [named, locations, properties, data] = [box('pitm'), box('iloc'), box('iprp'), box('idat')]
  if (!named || !locations || !properties) return undefined
  const types = await readTypes(source, box('iinf'))
  const parts = await readParts(source, box('iref'))
  const belonging = await readProperties(source, properties)
  const pieces = await readItemPieces(source, locations, data?.payloadOffset)
  return {
    primary: await numberAt(source, named.payloadOffset),
    typeOf: item => types.get(item),
    partsOf: item => parts.get(item) ?? [],
    propertiesOf: item => belonging.get(item) ?? [],
    async bytesOf(item) {
      const ranges = pieces.get(item) ?? []
      const length = ranges.reduce((sum, range) => sum + range.length, 0)
      if (length === 0 || length > MOST_BYTES) return undefined
      const read = await Promise.all(ranges.map(range => whole(source, range.offset, range.length)))
      const bytes = Buffer.concat(read)
      return bytes.length === length ? bytes : undefined
    },
  }
}

// Version 0 has sixteen bits, later ones thirty-two.
async function numberAt(source: Source, offset: number): Promise<number> {
  const bytes = await whole(source, offset, 8)
  return bytes[0] === 0 ? bytes.readUInt16BE(4) : bytes.readUInt32BE(4)
}

async function whole(source: Source, start: number, length: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let at = 0; at < length; at += pieces.at(-1)?.length ?? 0) {
    const piece = await source.read(start + at, length - at)
    if (piece.length === 0) break
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

async function readTypes(source: Source, information: Box | undefined): Promise<Map<number, string>> {
  const types = new Map<number, string>()
  if (!information) return types
  const [version] = await source.read(information.payloadOffset, 1)
  for (const { type, payloadOffset } of await inside(source, information, version === 0 ? 6 : 8)) {
    const bytes = await source.read(payloadOffset, 14)
    const wide = bytes[0] === 3
    if (type !== 'infe' || bytes.length < 12) continue
    const item = wide ? bytes.readUInt32BE(4) : bytes.readUInt16BE(4)
    types.set(item, bytes.toString('latin1', wide ? 10 : 8, wide ? 14 : 12))
  }
  return types
}

// Each box: what it is made from; how many; which (ISO/IEC 14496-12, 8.11.12).
async function readParts(source: Source, references: Box | undefined): Promise<Map<number, number[]>> {
  const parts = new Map<number, number[]>()
  if (!references) return parts
  const [version] = await source.read(references.payloadOffset, 1)
  for (const box of await inside(source, references, 4)) {
    if (box.type !== 'dimg') continue
    const bytes = await whole(source, box.payloadOffset, box.offset + box.length - box.payloadOffset)
    const width = version === 0 ? 2 : 4
    const numbers: number[] = []
    for (let at = width + 2; at + width <= bytes.length; at += width) numbers.push(bytes.readUIntBE(at, width))
    if (bytes.length >= width + 2) parts.set(bytes.readUIntBE(0, width), numbers)
  }
  return parts
}

async function readProperties(source: Source, box: Box): Promise<Map<number, Property[]>> {
  const children = await inside(source, box)
  const stored = await Promise.all(
    (await childrenOf(source, children, 'ipco')).map(async ({ type, payloadOffset, offset, length }) => {
      return { type, data: await whole(source, payloadOffset, offset + length - payloadOffset) }
    }),
  )
  const belonging = new Map<number, Property[]>()
  for (const association of children.filter(({ type }) => type === 'ipma')) {
    const { payloadOffset, offset, length } = association
    for (const [item, indexes] of associations(await whole(source, payloadOffset, offset + length - payloadOffset)))
      belonging.set(
        item,
        indexes.flatMap(index => stored[index - 1] ?? []),
      )
  }
  return belonging
}

// The number of an item; how many; each with a bit for what nobody may pass over (ISO/IEC 23008-12, 9.3).
function associations(bytes: Buffer): [item: number, indexes: number[]][] {
  const found: [number, number[]][] = []
  const itemBytes = bytes[0] === 0 ? 2 : 4
  const indexBytes = ((bytes[3] ?? 0) & 1) === 1 ? 2 : 1
  let at = 8
  while (at + itemBytes + 1 <= bytes.length) {
    const item = bytes.readUIntBE(at, itemBytes)
    const count = bytes[at + itemBytes] ?? 0
    at += itemBytes + 1
    const end = Math.min(bytes.length, at + count * indexBytes)
    const indexes: number[] = []
    for (; at + indexBytes <= end; at += indexBytes)
      indexes.push(bytes.readUIntBE(at, indexBytes) & (indexBytes === 2 ? 0x7fff : 0x7f))
    found.push([item, indexes])
  }
  return found
}
