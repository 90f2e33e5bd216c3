// report: asks ffprobe about a file, with the protections of every source, and reads its JSON.
import { z } from 'zod'
import { inputOptions } from '../engine/input-options.ts'
import { fromSeconds, type Micros } from '../lib/time.ts'
import type { Limits } from '../process/limits.ts'
import type { Processes } from '../process/open.ts'
import { CAPTURE_TAGS } from './captured.ts'
import { type Packet, packetReader, type Silenced, type StreamPackets } from './packets.ts'
import { openingAll, type Undecodable } from './undecodable.ts'

const sideData = z.object({
  rotation: z.number().optional(),
  dv_profile: z.int().optional(),
  red_x: z.string().optional(),
  red_y: z.string().optional(),
  green_x: z.string().optional(),
  green_y: z.string().optional(),
  blue_x: z.string().optional(),
  blue_y: z.string().optional(),
  white_point_x: z.string().optional(),
  white_point_y: z.string().optional(),
  max_luminance: z.string().optional(),
  min_luminance: z.string().optional(),
  max_content: z.int().optional(),
  max_average: z.int().optional(),
})
// Of streams whose codec is unknown, ffprobe leaves out whatever it does not know.
const stream = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  codec_tag_string: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  pix_fmt: z.string().optional(),
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  color_space: z.string().optional(),
  color_range: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  field_order: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.string().optional(),
  sample_rate: z.string().optional(),
  channels: z.int().optional(),
  channel_layout: z.string().optional(),
  sample_fmt: z.string().optional(),
  bits_per_sample: z.int().optional(),
  bits_per_raw_sample: z.string().optional(),
  disposition: z.record(z.string(), z.int()).optional(),
  tags: z
    .object({ alpha_mode: z.string().optional(), language: z.string().optional(), title: z.string().optional() })
    .optional(),
  side_data_list: z.array(sideData).optional(),
})
const frame = stream
  .pick({ width: true, height: true, side_data_list: true })
  .extend({ interlaced_frame: z.int().optional(), top_field_first: z.int().optional() })
const report = z.object({
  streams: z.array(stream).default([]),
  format: z.object({
    format_name: z.string().optional(),
    start_time: z.string().optional(),
    duration: z.string().optional(),
    size: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  frames: z.array(frame).default([]),
  chapters: z.array(z.unknown()).default([]),
})

export type ReportedStream = z.infer<typeof stream>
export type ReportedFrame = z.infer<typeof frame>
export type SideData = z.infer<typeof sideData>
/** What ffprobe says, and what it grumbles meanwhile. */
export type Report = z.infer<typeof report> & { readonly log: string; readonly undecodable: Undecodable }

/** By the index of the stream. */
export type Packets = ReadonlyMap<number, StreamPackets>

export type Source = {
  readonly processes: Processes
  readonly file: string
  readonly demuxer: string
  readonly signal?: AbortSignal
}

export type Extra = {
  /** More options, such as `-read_intervals`. */
  readonly options?: readonly string[]
  /** More entries: asking for any of a frame makes ffprobe decode. */
  readonly entries?: readonly string[]
}

/** Throws what `Processes.run` throws. */
export async function askFfprobe(source: Source, { options = [], entries = [] }: Extra = {}): Promise<Report> {
  return await openingAll(async opening => {
    const lines: string[] = []
    const given = { options: [...opening, ...options], entries: [...ENTRIES, ...entries], limits: LIMITS }
    const log = await run(source, given, line => lines.push(line))
    return { ...report.parse(JSON.parse(lines.join('\n'))), log }
  })
}

/** What ffprobe says of a file, and what all of its packets say, in one reading. Throws what `Processes.run` throws. */
export async function readThrough(source: Source): Promise<Report & { readonly packets: Packets }> {
  return await openingAll(async opening => {
    const reader = packetReader(source.demuxer)
    const lines: string[] = []
    // With `c=1` a packet begins and, but for what is attached to it, ends on one line.
    let within = false
    const given = { options: opening, entries: [...ENTRIES, PACKET_ENTRIES], limits: WHOLE_LIMITS }
    const log = await run(source, given, line => {
      if (line.startsWith('    "packets": [')) within = true
      else if (within && line.startsWith('    ]')) within = false
      else if (!within) lines.push(line)
      else if (line.startsWith('        {')) reader.read(packetOf(line))
      else if (line.includes('"skip_samples"')) reader.readSilenced(silencedOf(line))
    })
    return { ...report.parse(JSON.parse(lines.join('\n'))), log, packets: reader.end() }
  })
}

const LIMITS = { wallMs: 120_000, outputBytes: 0 } as const
// All of it passes through memory, at the speed of the disk.
const WHOLE_LIMITS = { wallMs: 30 * 60_000, outputBytes: 0 } as const

type Given = {
  readonly options: readonly string[]
  readonly entries: readonly string[]
  readonly limits: Partial<Limits>
}

async function run(
  { processes, file, demuxer, signal }: Source,
  { options, entries, limits }: Given,
  onLine: (line: string) => void,
): Promise<string> {
  const said = ['-show_entries', entries.join(':'), '-of', 'json=c=1', 'file:/in/0']
  const args = ['-v', 'warning', ...inputOptions(demuxer), ...options, ...said]
  return (await processes.run({ program: 'ffprobe', args }, { reads: [file] }, { signal, onLine, limits })).log
}

function packetOf(line: string): Packet {
  const value = (field: RegExp) => field.exec(line)?.[1]
  const flags = value(FIELDS.flags) ?? ''
  return {
    index: Number(value(FIELDS.index)),
    kind: value(FIELDS.kind) ?? '',
    ptsUs: seconds(value(FIELDS.pts)),
    dtsUs: seconds(value(FIELDS.dts)),
    durationUs: seconds(value(FIELDS.duration)),
    key: flags.startsWith('K'),
    hidden: flags.includes('D'),
  }
}

function silencedOf(line: string): Silenced {
  const value = (field: RegExp) => Number(field.exec(line)?.[1] ?? 0)
  return { before: value(/"skip_samples": (\d+)/), after: value(/"discard_padding": (\d+)/) }
}

const FIELDS = {
  index: /"stream_index": (\d+)/,
  kind: /"codec_type": "(\w+)/,
  pts: /"pts_time": "(-?[\d.]+)/,
  dts: /"dts_time": "(-?[\d.]+)/,
  duration: /"duration_time": "([\d.]+)/,
  flags: /"flags": "(\w+)/,
} as const

/** A time as ffprobe prints it; undefined for `N/A` or nothing. */
export function seconds(text: string | undefined): Micros | undefined {
  const value = Number(text ?? Number.NaN)
  return Number.isFinite(value) ? fromSeconds(value) : undefined
}

/** What HDR was mastered for, in side data of streams and of frames. */
export const MASTERING_DATA = [
  ...['red_x', 'red_y', 'green_x', 'green_y', 'blue_x', 'blue_y', 'white_point_x', 'white_point_y'],
  ...['max_luminance', 'min_luminance', 'max_content', 'max_average'],
].join(',')

// Never all tags: they are the uploader's to fill, by the megabyte.
const ENTRIES = [
  'format=format_name,start_time,duration,size',
  'stream=index,codec_type,codec_name,codec_tag_string,width,height,pix_fmt,sample_aspect_ratio,avg_frame_rate,r_frame_rate,color_space,color_range,color_primaries,color_transfer,field_order,start_time,duration,sample_rate,channels,channel_layout,sample_fmt,bits_per_sample,bits_per_raw_sample',
  'stream_disposition',
  'stream_tags=alpha_mode,language,title',
  `format_tags=${CAPTURE_TAGS.join(',')}`,
  'chapter=id',
  `stream_side_data=rotation,dv_profile,${MASTERING_DATA}`,
]
const PACKET_ENTRIES =
  'packet=codec_type,stream_index,pts_time,dts_time,duration_time,flags:packet_side_data=skip_samples,discard_padding'
