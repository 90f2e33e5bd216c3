// heif-picture: the picture of a HEIC or AVIF file as a stream that decoders know, and how to put it together from its tiles.
import type { Filter } from '../../../engine/filtergraph.ts'
import type { VideoStream } from '../../../engine/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import type { Photo } from '../readers/photo.ts'
import { type Coding, codingOf } from './heif-coding.ts'
import { type HeifItems, type Property, readItems } from './heif-items.ts'

export type HeifPicture = {
  /** The demuxer that opens the stream: every tile is a frame of it. */
  readonly demuxer: 'hevc' | 'obu'
  readonly stream: Buffer
  /** Put the frames together and stand them upright. */
  readonly assembling: readonly Filter[]
  readonly video: VideoStream
  readonly profile?: Buffer
}

const MOST_TILES = 1024

/** Throws `media_unsupported` for what is coded or put together in another way. */
export async function readHeifPicture({ source, boxes }: Photo & { format: 'heif' }): Promise<HeifPicture> {
  const items = await readItems(source, boxes)
  if (!items) throw unsupported('it has no main picture')
  const { primary } = items
  const grid = items.typeOf(primary) === 'grid' ? await gridOf(items) : undefined
  const tiles = grid ? items.partsOf(primary) : [primary]
  if (tiles.length > MOST_TILES || (grid && tiles.length !== grid.rows * grid.columns))
    throw unsupported(`it has ${tiles.length} tiles`)
  const coding = codingOf(items.typeOf(tiles[0] ?? 0), items.propertiesOf(tiles[0] ?? 0))
  if (!coding) throw unsupported(`its picture is of the type ${items.typeOf(tiles[0] ?? 0) ?? 'unknown'}`)
  const bytes = await Promise.all(tiles.map(tile => items.bytesOf(tile)))
  const properties = [...items.propertiesOf(primary), ...(grid ? items.propertiesOf(tiles[0] ?? 0) : [])]
  const size = grid ?? sizeIn(properties)
  if (!size || bytes.includes(undefined)) throw unsupported('its picture is not in the file')
  return {
    demuxer: coding.demuxer,
    stream: coding.stream(bytes.filter(tile => tile !== undefined)),
    assembling: [...coloured(properties), ...(grid ? together(grid) : []), ...turned(items.propertiesOf(primary))],
    video: videoOf(coding, properties, isTurned(items.propertiesOf(primary)) ? swapped(size) : size),
    ...profileIn(properties),
  }
}

function unsupported(why: string): AppError {
  return new AppError('media_unsupported', `The HEIC or AVIF cannot be read: ${why}`)
}

type Size = { readonly widthPx: number; readonly heightPx: number }
type Grid = Size & { readonly rows: number; readonly columns: number }

// ISO/IEC 23008-12, 6.6.2.3.
async function gridOf(items: HeifItems): Promise<Grid> {
  const bytes = await items.bytesOf(items.primary)
  const wide = ((bytes?.[1] ?? 0) & 1) === 1
  if (!bytes || bytes.length < (wide ? 12 : 8)) throw unsupported('its tiles are not described')
  const [widthPx, heightPx] = wide
    ? [bytes.readUInt32BE(4), bytes.readUInt32BE(8)]
    : [bytes.readUInt16BE(4), bytes.readUInt16BE(6)]
  return { rows: (bytes[2] ?? 0) + 1, columns: (bytes[3] ?? 0) + 1, widthPx, heightPx }
}

function sizeIn(properties: readonly Property[]): Size | undefined {
  const data = properties.find(({ type }) => type === 'ispe')?.data
  return data && data.length >= 12 ? { widthPx: data.readUInt32BE(4), heightPx: data.readUInt32BE(8) } : undefined
}

function together({ rows, columns, widthPx, heightPx }: Grid): Filter[] {
  return [
    { name: 'tile', args: { layout: `${columns}x${rows}` } },
    { name: 'crop', args: { w: widthPx, h: heightPx, x: 0, y: 0 } },
  ]
}

// In the order in which the file names them: quarters of a turn against the clock, and mirrors.
function turned(properties: readonly Property[]): Filter[] {
  return properties.flatMap(({ type, data }): Filter[] => {
    const way = (data[0] ?? 0) & 3
    if (type === 'imir') return [{ name: (way & 1) === 0 ? 'vflip' : 'hflip', args: {} }]
    if (type !== 'irot' || way === 0) return []
    if (way === 2)
      return [
        { name: 'hflip', args: {} },
        { name: 'vflip', args: {} },
      ]
    return [{ name: 'transpose', args: { dir: way === 1 ? 'cclock' : 'clock' } }]
  })
}

function isTurned(properties: readonly Property[]): boolean {
  return properties.some(({ type, data }) => type === 'irot' && ((data[0] ?? 0) & 1) === 1)
}

function swapped({ widthPx, heightPx }: Size): Size {
  return { widthPx: heightPx, heightPx: widthPx }
}

// What says nothing is BT.601 over the full range (ISO/IEC 23000-22, 7.3.6.4).
const PLAIN = { primaries: 1, transfer: 13, matrix: 6, isFull: true }

function coloursIn(properties: readonly Property[]) {
  const data = properties.find(({ type, data }) => type === 'colr' && data.toString('latin1', 0, 4) === 'nclx')?.data
  if (!data || data.length < 11) return PLAIN
  const [primaries, transfer, matrix] = [4, 6, 8].map(at => data.readUInt16BE(at))
  return { primaries, transfer, matrix, isFull: (data[10] ?? 0) >= 128 }
}

// Those of a raw stream say less than those of the file.
function coloured(properties: readonly Property[]): Filter[] {
  return [{ name: 'setparams', args: { range: coloursIn(properties).isFull ? 'pc' : 'tv' } }]
}

const MATRICES: Readonly<Record<number, string>> = { 0: 'gbr', 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020nc' }
const BRIGHT: Readonly<Record<number, 'pq' | 'hlg'>> = { 16: 'pq', 18: 'hlg' }

function videoOf({ codec, pixelFormat }: Coding, properties: readonly Property[], size: Size): VideoStream {
  const { matrix = 6, transfer = 13 } = coloursIn(properties)
  const highDynamicRange = BRIGHT[transfer]
  return {
    ...{ index: 0, codec, startUs: 0, picture: true, frameRate: { num: 25, den: 1 }, rotationDegrees: 0 },
    ...{ ...size, pixelFormat, colourMatrix: MATRICES[matrix] ?? 'smpte170m' },
    ...(highDynamicRange && { highDynamicRange }),
  }
}

function profileIn(properties: readonly Property[]): { readonly profile?: Buffer } {
  const data = properties.find(
    ({ type, data }) => type === 'colr' && /^(?:prof|rICC)/.test(data.toString('latin1', 0, 4)),
  )
  return data ? { profile: data.data.subarray(4) } : {}
}
