// fragments: how long the last frame of a fragmented MP4 is shown, which ffmpeg 5 does not read (ISO 14496-12 §8.8).
import { type FileHandle, open } from 'node:fs/promises'
import { fromSeconds, type Micros } from '../lib/time.ts'
import { type Box, boxReader, MOST_TOP_BOXES } from './boxes.ts'

/** Of the first track of pictures; undefined when the file has no fragments, ends within one, or is not what its boxes say. */
export async function lastFrameUs(file: string, sizeBytes: number): Promise<Micros | undefined> {
  await using handle = await open(file)
  return await read(handle, sizeBytes).catch(error => {
    // A box that is too short for what it must hold.
    if (error instanceof RangeError) return undefined
    throw error
  })
}

async function read(handle: FileHandle, sizeBytes: number): Promise<Micros | undefined> {
  const boxes = boxReader(handle, MOST_TOP_BOXES)
  const [moov, fragments] = [[] as Box[], [] as Box[]]
  for await (const box of boxes.all({ type: '', start: 0, end: sizeBytes })) {
    if (box.missing > 0) return undefined
    if (box.type === 'moov') moov.push(box)
    if (box.type === 'moof') fragments.push(box)
    // Where every track has fragments of its own, the last ones are of different tracks.
    if (fragments.length > 16) fragments.shift()
  }
  const track = moov[0] && (await pictures(boxes, moov[0]))
  if (!track) return undefined
  for (const moof of fragments.reverse()) {
    const ticks = await lastTicks(boxes, moof, track)
    if (ticks !== undefined) return fromSeconds(ticks / track.ticksPerSecond)
  }
  return undefined
}

type Boxes = ReturnType<typeof boxReader>
type Track = { readonly id: number; readonly ticksPerSecond: number; readonly ticks: number }

async function pictures(boxes: Boxes, moov: Box): Promise<Track | undefined> {
  for (const trak of await boxes.within(moov, 'trak')) {
    const [handler] = await boxes.path(trak, ['mdia', 'hdlr'])
    const [header] = await boxes.within(trak, 'tkhd')
    const [media] = await boxes.path(trak, ['mdia', 'mdhd'])
    if (!handler || !header || !media || (await boxes.word(handler.start + 8)) !== 'vide') continue
    const [tkhd, mdhd] = [await boxes.contents(header), await boxes.contents(media)]
    const id = tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12)
    const defaults = await Promise.all((await boxes.path(moov, ['mvex', 'trex'])).map(box => boxes.contents(box)))
    const ticks = defaults.find(trex => trex.readUInt32BE(4) === id)?.readUInt32BE(12) ?? 0
    return { id, ticksPerSecond: mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12), ticks }
  }
  return undefined
}

async function lastTicks(boxes: Boxes, moof: Box, { id, ticks }: Track): Promise<number | undefined> {
  for (const traf of await boxes.within(moof, 'traf')) {
    const [header] = await boxes.within(traf, 'tfhd')
    const run = (await boxes.within(traf, 'trun')).at(-1)
    if (!header || !run) continue
    const tfhd = await boxes.contents(header)
    if (tfhd.readUInt32BE(4) === id) return ofLastSample(await boxes.contents(run)) ?? ofFragment(tfhd) ?? ticks
  }
  return undefined
}

// What the flags announce comes in this order: §8.8.7 a base offset of 8 bytes, a sample description, a duration …
function ofFragment(tfhd: Buffer): number | undefined {
  const flags = tfhd.readUInt32BE(0)
  return flags & 0x8 ? tfhd.readUInt32BE(8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)) : undefined
}

// … and §8.8.8 for each sample its duration, size, flags and composition offset.
function ofLastSample(trun: Buffer): number | undefined {
  const flags = trun.readUInt32BE(0)
  const bytes = [0x100, 0x200, 0x400, 0x800].filter(flag => flags & flag).length * 4
  return flags & 0x100 ? trun.readUInt32BE(trun.length - bytes) : undefined
}
