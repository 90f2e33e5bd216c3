// report: asks ffprobe about a file, with the protections of every source, and reads its JSON.
import { z } from 'zod'
import { inputOptions } from '../engine/input-options.ts'
import type { Processes } from '../process/open.ts'

// Of streams whose codec is unknown, ffprobe leaves out whatever it does not know.
const stream = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  pix_fmt: z.string().optional(),
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.string().optional(),
  nb_read_packets: z.string().optional(),
  sample_rate: z.string().optional(),
  channels: z.int().optional(),
  disposition: z.object({ attached_pic: z.int().optional(), default: z.int().optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
})
const report = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ start_time: z.string().optional(), duration: z.string().optional(), size: z.string().optional() }),
  frames: z.array(stream.pick({ width: true, height: true, side_data_list: true })).default([]),
})

export type ReportedStream = z.infer<typeof stream>
/** What ffprobe says, and what it grumbles meanwhile. */
export type Report = z.infer<typeof report> & { readonly log: string }

export type Source = {
  readonly processes: Processes
  readonly file: string
  readonly demuxer: string
  readonly signal?: AbortSignal
}

export type Extra = {
  /** More options, such as `-count_packets`. */
  readonly options?: readonly string[]
  /** More entries: asking for any of a frame makes ffprobe decode. */
  readonly entries?: readonly string[]
}

/** Throws what `Processes.run` throws. */
export async function askFfprobe(source: Source, { options = [], entries = [] }: Extra = {}): Promise<Report> {
  const { processes, file, demuxer, signal } = source
  const args = [
    '-v',
    'warning',
    ...inputOptions(demuxer),
    ...options,
    '-show_entries',
    [...ENTRIES, ...entries].join(':'),
    '-of',
    'json',
    'file:/in/0',
  ]
  const { stdout, log } = await processes.run(
    { program: 'ffprobe', args },
    { reads: [file] },
    { signal, limits: LIMITS },
  )
  return { ...report.parse(JSON.parse(stdout)), log }
}

export const LIMITS = { wallMs: 120_000, outputBytes: 0 } as const

// Never tags: they are the uploader's to fill, by the megabyte.
const ENTRIES = [
  'format=start_time,duration,size',
  'stream=index,codec_type,codec_name,width,height,pix_fmt,sample_aspect_ratio,avg_frame_rate,r_frame_rate,color_space,color_transfer,start_time,duration,nb_read_packets,sample_rate,channels',
  'stream_disposition=attached_pic,default',
  'stream_side_data=rotation',
]
