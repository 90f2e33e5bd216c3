// containers: the files we write, and what each can carry, as a table to ask.
import { PCM, PCM_BIG_ENDIAN, PCM_COMPANDED } from './pcm.ts'

export type Container = {
  /** As a destination ends. */
  readonly ending: string
  readonly muxer: string
  /** Our own demuxer name for what the muxer writes, to open it again. */
  readonly demuxer: string
  /** Streams it can carry, by ffprobe's names; the first encoder of each is what it gets by default. */
  readonly video: readonly string[]
  readonly audio: readonly string[]
  readonly videoEncoder?: string
  readonly audioEncoder: string
  /** It says where a picture is transparent, beside its packets. */
  readonly alpha?: true
  /** How finely it counts time for any stream; absent where each stream counts as finely as it needs. */
  readonly ticksPerSecond?: number
  /** Packets follow each other without saying when: where one is missing, all that follows moves. */
  readonly clockless?: true
}

const MP4_VIDEO = ['h264', 'hevc', 'av1', 'vp9', 'mpeg4']
// Not FLAC: ffmpeg 5 calls it experimental in MP4, and few players know it there.
const MP4_AUDIO = ['aac', 'mp3', 'opus', 'ac3', 'eac3', 'alac']

const CONTAINERS: readonly Container[] = [
  {
    ending: 'mp4',
    muxer: 'mp4',
    demuxer: 'mov',
    video: MP4_VIDEO,
    audio: MP4_AUDIO,
    videoEncoder: 'libx264',
    audioEncoder: 'aac',
  },
  {
    ending: 'm4v',
    muxer: 'mp4',
    demuxer: 'mov',
    video: MP4_VIDEO,
    audio: MP4_AUDIO,
    videoEncoder: 'libx264',
    audioEncoder: 'aac',
  },
  {
    ending: 'mov',
    muxer: 'mov',
    demuxer: 'mov',
    video: ['h264', 'hevc', 'mpeg4', 'prores', 'mjpeg'],
    audio: ['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'alac', ...PCM, ...PCM_BIG_ENDIAN, ...PCM_COMPANDED],
    videoEncoder: 'libx264',
    audioEncoder: 'aac',
  },
  {
    ending: 'mkv',
    muxer: 'matroska',
    demuxer: 'matroska',
    alpha: true,
    ticksPerSecond: 1000,
    video: [...MP4_VIDEO, 'vp8', 'mpeg2video', 'prores', 'mjpeg', 'theora'],
    audio: [
      ...[...MP4_AUDIO, 'mp2', 'dts', 'flac', 'vorbis', 'truehd', 'mlp', 'tta', 'wavpack'],
      ...[...PCM, ...PCM_BIG_ENDIAN.filter(codec => /_s(16|24|32)be$/.test(codec)), ...PCM_COMPANDED],
    ],
    videoEncoder: 'libx264',
    audioEncoder: 'aac',
  },
  {
    ending: 'webm',
    muxer: 'webm',
    demuxer: 'matroska',
    alpha: true,
    ticksPerSecond: 1000,
    video: ['vp9', 'vp8', 'av1'],
    audio: ['opus', 'vorbis'],
    videoEncoder: 'libvpx-vp9',
    audioEncoder: 'libopus',
  },
  {
    ending: 'ts',
    muxer: 'mpegts',
    demuxer: 'mpegts',
    video: ['h264', 'hevc', 'mpeg2video'],
    audio: ['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'dts', 'opus'],
    videoEncoder: 'libx264',
    audioEncoder: 'aac',
  },
  { ending: 'm4a', muxer: 'ipod', demuxer: 'mov', video: [], audio: ['aac', 'alac'], audioEncoder: 'aac' },
  {
    ending: 'mp3',
    muxer: 'mp3',
    demuxer: 'mp3',
    video: [],
    audio: ['mp3'],
    audioEncoder: 'libmp3lame',
    clockless: true,
  },
  { ending: 'aac', muxer: 'adts', demuxer: 'aac', video: [], audio: ['aac'], audioEncoder: 'aac', clockless: true },
  {
    ending: 'wav',
    muxer: 'wav',
    demuxer: 'wav',
    video: [],
    audio: [...PCM, ...PCM_COMPANDED],
    audioEncoder: 'pcm_s16le',
    clockless: true,
  },
  { ending: 'flac', muxer: 'flac', demuxer: 'flac', video: [], audio: ['flac'], audioEncoder: 'flac', clockless: true },
  {
    ending: 'ogg',
    muxer: 'ogg',
    demuxer: 'ogg',
    video: [],
    audio: ['vorbis', 'opus', 'flac'],
    audioEncoder: 'libvorbis',
    clockless: true,
  },
  {
    ending: 'opus',
    muxer: 'opus',
    demuxer: 'ogg',
    video: [],
    audio: ['opus'],
    audioEncoder: 'libopus',
    clockless: true,
  },
]

export const containers: ReadonlyMap<string, Container> = new Map(CONTAINERS.map(item => [item.ending, item]))

/** The container a destination's ending names, such as `mp4` for `s3://bucket/clip.MP4`. */
export function containerOf(destination: string): Container | undefined {
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(destination)?.[1]
  return ending === undefined ? undefined : containers.get(ending.toLowerCase())
}
