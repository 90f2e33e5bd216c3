// packets: what a reading of all packets finds, in the order of the file: times, holes, restarts, what is hidden or headless.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Packet, packetReader, type StreamPackets } from '../../src/ffmpeg/packets.ts'

type Some = Partial<Packet> & { readonly ptsUs?: number }

function read(demuxer: string, packets: readonly Some[]): StreamPackets | undefined {
  const reader = packetReader(demuxer)
  for (const packet of packets) reader.read({ index: 0, kind: 'video', key: false, hidden: false, ...packet })
  return reader.end().get(0)
}

const FRAME = 33_367
const frames = (count: number, change: (index: number) => Some = () => ({})): Some[] =>
  Array.from({ length: count }, (_, index) => ({
    ptsUs: index * FRAME,
    dtsUs: index * FRAME,
    durationUs: FRAME,
    key: index === 0,
    ...change(index),
  }))
const sound = (count: number, startUs = 0): Some[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ kind: 'audio', key: true, durationUs: 20_000 },
    ...{ ptsUs: startUs + index * 20_000, dtsUs: startUs + index * 20_000 },
  }))

test('a stream ends when its last packet does, in whatever order they are decoded', () => {
  const shown = [0, 3, 1, 2, 6, 4, 5].map(place => ({ ptsUs: place * FRAME }))
  const found = read(
    'mov',
    frames(7, index => shown[index] ?? {}),
  )
  assert.deepEqual(
    [found?.count, found?.startUs, found?.lastUs, found?.endUs, found?.longestUs],
    [7, 0, 6 * FRAME, 7 * FRAME, FRAME],
  )
})

test('a last frame that is held is the longest one', () => {
  const found = read(
    'mov',
    frames(5, index => (index === 4 ? { durationUs: 3_000_000 } : {})),
  )
  assert.deepEqual([found?.lastUs, found?.endUs, found?.longestUs], [4 * FRAME, 4 * FRAME + 3_000_000, 3_000_000])
})

test('frames that are shown longer than others are known one by one, also the last one', () => {
  const places = [0, 1, 2, 50, 51, 52, 53]
  const found = read(
    'mov',
    frames(7, index => ({ ptsUs: (places[index] ?? 0) * FRAME, durationUs: index === 6 ? 3_000_000 : FRAME })),
  )
  assert.deepEqual(found?.lengths, {
    usualUs: FRAME,
    held: [
      { fromUs: 2 * FRAME, untilUs: 50 * FRAME },
      { fromUs: 53 * FRAME, untilUs: 53 * FRAME + 3_000_000 },
    ],
  })
})

test('of very many held frames the longest are known, and how long the others are shown', () => {
  const gap = (index: number) => (index % 2 === 0 ? FRAME : 2 * FRAME + index)
  let atUs = 0
  const found = read(
    'mov',
    frames(12_000, index => {
      atUs += gap(index)
      return { ptsUs: atUs, dtsUs: atUs, durationUs: FRAME }
    }),
  )
  assert.equal(found?.lengths.held.length, 1000)
  assert.equal(found?.lengths.usualUs, 2 * FRAME + 9999)
})

test('a last frame of which nothing says how long it is lasts as long as the one before it', () => {
  assert.equal(
    read(
      'matroska',
      frames(5, () => ({ durationUs: undefined })),
    )?.endUs,
    5 * FRAME,
  )
})

test('pictures begin with the first keyframe, and those that need an earlier one are counted', () => {
  const found = read(
    'mpegts',
    frames(6, index => ({ key: index === 3 })),
  )
  assert.deepEqual([found?.headless, found?.count, found?.startUs], [3, 3, 3 * FRAME])
})

test('where no keyframe is marked at all, everything counts', () => {
  const found = read(
    'mpegts',
    frames(4, () => ({ key: false })),
  )
  assert.deepEqual([found?.headless, found?.count, found?.startUs], [0, 4, 0])
})

test('packets without times to be shown at are counted, and follow each other', () => {
  const found = read(
    'avi',
    frames(4, () => ({ ptsUs: undefined })),
  )
  assert.deepEqual([found?.untimed, found?.endUs], [4, 4 * FRAME])
})

test('what an edit list hides is not shown: before the beginning, and after it', () => {
  const found = read(
    'mov',
    frames(10, index => ({ hidden: index < 3 || index > 7 })),
  )
  assert.deepEqual([found?.count, found?.startUs, found?.endUs], [5, 3 * FRAME, 8 * FRAME])
  assert.deepEqual(found?.hidden, { beforeUs: 3 * FRAME, afterUs: 2 * FRAME })
})

test('holes in sound are found, and the rounding of containers is none', () => {
  const found = read('matroska', [...sound(10), ...sound(10, 500_000)])
  assert.deepEqual(found?.holes, { count: 1, totalUs: 300_000, firstUs: 200_000 })
  const rounded = sound(50).map(packet => ({ ...packet, ptsUs: Math.round((packet.ptsUs ?? 0) / 7000) * 7000 }))
  assert.equal(read('matroska', rounded)?.holes.count, 0)
})

test('what is missing after a packet of MP4 makes it longer, and is a hole, but not after the last one', () => {
  const packets = sound(40).map((packet, index) => (index === 12 ? { ...packet, durationUs: 320_000 } : packet))
  const later = packets.map((packet, index) => (index > 12 ? { ...packet, ptsUs: 300_000 + 20_000 * index } : packet))
  const { holes, holesWithin } = read('mov', later) ?? {}
  assert.deepEqual(holes, { count: 0, totalUs: 0, firstUs: 0 })
  assert.deepEqual(holesWithin, { count: 1, totalUs: 300_000, firstUs: 260_000 })
  const last = sound(40).map((packet, index) => (index === 39 ? { ...packet, durationUs: 320_000 } : packet))
  assert.equal(read('mov', last)?.holesWithin.count, 0)
})

test('samples that are decoded and not heard are those of the first packet and of the last one', () => {
  const reader = packetReader('mp3')
  for (const [index, packet] of sound(9).entries()) {
    reader.read({ index: 0, kind: 'audio', key: true, hidden: false, ...packet })
    if (index === 0) reader.readSilenced({ before: 1105, after: 0 })
    if (index === 4) reader.readSilenced({ before: 70, after: 80 })
    if (index === 8) reader.readSilenced({ before: 0, after: 300 })
  }
  assert.deepEqual(reader.end().get(0)?.silenced, { before: 1105, after: 300 })
})

test('the clock goes on where that of a broadcast starts again, for every stream', () => {
  const parts = [...sound(10, 1_400_000), ...sound(10, 1_400_000)]
  const found = read('mpegts', parts)
  assert.deepEqual([found?.restarts, found?.endUs, found?.holes.count], [1, 1_400_000 + 400_000, 0])
  assert.equal(read('mov', parts)?.restarts, 0)
})

test('a gap that ffmpeg closes, because it is longer than ten seconds, is none', () => {
  const found = read('mpegts', [...sound(5), ...sound(5, 60_000_000)])
  assert.deepEqual([found?.endUs, found?.restarts], [200_000, 1])
  assert.equal(read('mpegts', [...sound(5), ...sound(5, 5_000_000)])?.holes.count, 1)
})

test('a stream of which nothing is shown is not there', () => {
  assert.equal(
    read(
      'mov',
      frames(3, () => ({ hidden: true })),
    ),
    undefined,
  )
})
