// transport: MPEG-TS, where several frames of sound make one packet, and files that were cut out of or joined to others.
import { AAC, BFRAMES, changed, clip, everywhere, joined, made, rewritten, type Source, X264 } from '../source.ts'

const MPEG2 = ['-c:v', 'mpeg2video', '-g', '15', '-bf', '2', '-b:v', '300k']
const HEVC = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'log-level=none:keyint=24',
  '-pix_fmt',
  'yuv420p',
]
const OPEN = [...X264, '-bf', '2', '-g', '24', '-x264-params', 'open-gop=1']

const several = (name: string, hz: number, ...sound: string[]): Source => ({
  kind: 'several frames of sound a packet',
  name,
  file: 'several.ts',
  make: made(...clip({ seconds: 3.7, hz }), '-ac', '1', ...X264, '-g', '30', ...sound),
})

const beheaded = (name: string, ...codec: string[]): Source => ({
  kind: 'begins between keyframes',
  name,
  file: 'beheaded.ts',
  make: changed('0.ts', [...clip({ seconds: 3.1 }), ...codec, ...AAC], rewritten(withoutFirstFifth)),
  warns: {
    copy: /the picture of "a" begins at .* the keyframe of the \d+ before it is missing/,
    trim: /keyframe of the \d+ before it is missing/,
    scale: /keyframe of the \d+ before it is missing/,
    concat: /keyframe of the \d+ before it is missing/,
  },
})

function withoutFirstFifth(bytes: Buffer): Buffer {
  return bytes.subarray(Math.floor(bytes.length / 188 / 5) * 188)
}

const restarted = (name: string, ...shifts: number[]): Source => ({
  kind: 'joined',
  name,
  file: 'joined.ts',
  make: joined(
    ...shifts.map((shift, index) => [
      ...clip({ seconds: 1.2 + index * 0.3, rate: 25 }),
      ...[...X264, '-g', '25', ...AAC, '-output_ts_offset', String(shift)],
    ]),
  ),
  warns: everywhere(/the clock of the (picture|sound) of "a" starts again/),
})

export const TRANSPORT: readonly Source[] = [
  several('mono AAC of 48 kHz', 48_000, ...AAC),
  several('mono AAC of 22.05 kHz', 22_050, '-c:a', 'aac', '-b:a', '32k'),
  several('mono MP2 of 48 kHz', 48_000, '-c:a', 'mp2', '-b:a', '64k'),
  several('mono MP2 of 22.05 kHz', 22_050, '-c:a', 'mp2', '-b:a', '32k'),
  several('mono MP3 of 44.1 kHz', 44_100, '-c:a', 'libmp3lame', '-b:a', '48k'),
  beheaded('H.264', ...X264, '-g', '24'),
  beheaded('H.264 with B-frames', ...BFRAMES),
  beheaded('H.264 with open GOPs', ...OPEN),
  beheaded('MPEG-2', ...MPEG2),
  beheaded('HEVC', ...HEVC),
  restarted('the clock starts again', 0, 0),
  restarted('the clock jumps forward', 0, 30),
  restarted('the clock jumps back', 40, 3),
  restarted('three parts', 0, 0, 20),
]
