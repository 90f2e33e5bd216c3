// heic: makes HEIC files as telephones do: tiles of HEVC, put together by a grid, cropped and turned.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { box } from './readers/samples.ts'

const run = promisify(execFile)

export type Heic = {
  /** Filters of a picture of `columns` times 64 by `rows` times 64 pixels. */
  readonly picture: string
  readonly columns: number
  readonly rows: number
  readonly widthPx: number
  readonly heightPx: number
  /** Quarters of a turn against the clock. */
  readonly turns: number
  readonly pixelFormat: string
  /** A TIFF block. */
  readonly exif: Buffer
  readonly profile: Buffer
}

const short = (value: number) => Buffer.from([value >> 8, value & 255])
const long = (value: number) => Buffer.concat([short(value >>> 16), short(value & 0xffff)])
const full = (version = 0, flags = 0) => Buffer.from([version, 0, 0, flags])

export async function makeHeic(directory: string, heic: Heic): Promise<Buffer> {
  const { columns, rows, widthPx, heightPx } = heic
  const { tiles, configuration } = await encode(directory, heic)
  const exif = Buffer.concat([long(6), Buffer.from('Exif\0\0'), heic.exif])
  const grid = Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), short(widthPx), short(heightPx)])
  // Tiles are 1 to n, the grid is n + 1, Exif is n + 2.
  const numbers = tiles.map((_, index) => index + 1)
  const [main, said] = [tiles.length + 1, tiles.length + 2]
  const entry = (item: number, type: string) => box('infe', full(2), short(item), short(0), type, '\0')
  const entries = [...numbers.map(item => entry(item, 'hvc1')), entry(main, 'grid'), entry(said, 'Exif')]
  const place = (item: number, method: number, offset: number, length: number) =>
    Buffer.concat([short(item), short(method), short(0), short(1), long(offset), long(length)])
  const properties = box(
    'iprp',
    box(
      'ipco',
      ...[box('hvcC', configuration), box('ispe', full(), long(64), long(64))],
      ...[box('ispe', full(), long(widthPx), long(heightPx)), box('irot', Buffer.from([heic.turns]))],
      box('colr', 'prof', heic.profile),
    ),
    box(
      'ipma',
      full(),
      long(main),
      ...numbers.map(item => Buffer.concat([short(item), Buffer.from([2, 1, 2])])),
      belonging(main),
    ),
  )
  const make = (offset: number) => {
    const bytes = [...tiles, exif]
    const offsets = bytes.map((_, index) => offset + bytes.slice(0, index).reduce((sum, { length }) => sum + length, 0))
    const places = [
      ...numbers.map(item => place(item, 0, offsets[item - 1] ?? 0, tiles[item - 1]?.length ?? 0)),
      ...[place(main, 1, 0, grid.length), place(said, 0, offsets.at(-1) ?? 0, exif.length)],
    ]
    const meta = box(
      'meta',
      ...[full(), box('hdlr', full(), long(0), 'pict', Buffer.alloc(13)), box('pitm', full(), short(main))],
      ...[box('iinf', full(), short(entries.length), ...entries), properties],
      box('iref', full(), box('dimg', short(main), short(numbers.length), ...numbers.map(short))),
      box('iloc', full(1), Buffer.from([0x44, 0x00]), short(places.length), ...places),
      box('idat', grid),
    )
    return Buffer.concat([box('ftyp', 'heic', long(0), 'mif1heic'), meta, box('mdat', ...bytes)])
  }
  const length = [...tiles, exif].reduce((sum, part) => sum + part.length, 0)
  return make(make(0).length - length)
}

function belonging(main: number): Buffer {
  return Buffer.concat([short(main), Buffer.from([3, 3, 5, 4 | 0x80])])
}

// The tiles as ffmpeg codes them, out of an MP4 of one frame each.
async function encode(directory: string, { picture, columns, rows, pixelFormat }: Heic) {
  const file = join(directory, 'tiles.mp4')
  const size = `size=${columns * 64}x${rows * 64}`
  const filters = `${picture},scale=out_color_matrix=bt601:out_range=full,format=${pixelFormat},untile=${columns}x${rows}`
  const coding = ['-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=1:qp=10:range=full', '-tag:v', 'hvc1']
  const source = ['-f', 'lavfi', '-i', `color=black:${size}:rate=1:duration=1`]
  await run('ffmpeg', ['-v', 'error', '-y', ...source, '-vf', filters, '-color_range', 'pc', ...coding, file])
  const asking = ['-v', 'error', '-show_entries', 'packet=pos,size', '-of', 'json', file]
  const { packets } = JSON.parse((await run('ffprobe', asking)).stdout) as { packets: { pos: string; size: string }[] }
  const bytes = await readFile(file)
  const at = bytes.indexOf('hvcC')
  return {
    tiles: packets.map(({ pos, size: length }) => bytes.subarray(Number(pos), Number(pos) + Number(length))),
    configuration: bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4)),
  }
}
