// containers: what containers declare and do not hold, edit lists, files that were cut off, AVI without presentation times.
import { readFile, writeFile } from 'node:fs/promises'
import { ffmpeg } from '../../engine/real.ts'
import { AAC, BFRAMES, changed, clip, everywhere, FRAGMENTED, made, rewritten, type Source, X264 } from '../source.ts'

const EMPTY = /"a" declares a track of (sound|pictures) that holds not a single packet: it is left out/
const NO_SOUND = { copy: EMPTY, trim: EMPTY, scale: EMPTY, concat: EMPTY }
const BOTH = [...X264, ...AAC]

const without = (name: string, file: string, ...args: string[]): Source => ({
  kind: 'a track without a packet',
  name,
  file,
  make: made(...clip(), ...args),
  warns: NO_SOUND,
})

const dropped = ['-bsf:a', 'noise=drop=1']

const avi = (name: string, file: string, ...codec: string[]): Source => ({
  kind: 'AVI',
  name,
  file,
  make: made(...clip(), ...codec),
  copy: 'mkv',
  warns: {
    copy: /the picture of "a" is encoded anew, because its packets do not say when they are shown/,
    ...(codec.includes('pcm_s16le') && { scale: /the sound of "s" is lossless \(16 bits\) and is encoded as aac/ }),
  },
})

const headCut = (...codec: string[]) =>
  changed('0.mp4', [...clip({ seconds: 3.1 }), ...codec, ...AAC], (from, to) =>
    ffmpeg('-ss', '0.9', '-i', from, '-c', 'copy', to),
  )

// Players stop there; the packets after it stay in the file.
async function cutTail(from: string, to: string): Promise<void> {
  const bytes = await readFile(from)
  for (let at = bytes.indexOf('elst'); at >= 0; at = bytes.indexOf('elst', at + 4)) {
    const last = at + 12 + 12 * (bytes.readUInt32BE(at + 8) - 1)
    bytes.writeUInt32BE(bytes.readUInt32BE(last) - 700, last)
  }
  await writeFile(to, bytes)
}

const edited = (name: string, file: string, make: Source['make'], copy?: RegExp): Source => ({
  kind: 'an edit list',
  name,
  file,
  make,
  ...(copy && { warns: { copy } }),
})

const cutOff = (name: string, file: string, ...args: string[]): Source => ({
  kind: 'cut off',
  name,
  file,
  make: changed(
    `0.${file.split('.')[1]}`,
    [...clip({ seconds: 3.1 }), ...args],
    rewritten(bytes => bytes.subarray(0, bytes.length * 0.7)),
  ),
})

const SHORT = everywhere(/"a" was cut off: its last \d+ bytes are missing/)
const LESS = everywhere(/ends at .* although the file says .*: the rest is missing/)
const BACK = /edit list cuts a part off, which a copy into .* would bring back/

export const CONTAINERS: readonly Source[] = [
  without('sound in Matroska', 'no-sound.mkv', ...BOTH, ...dropped),
  without('sound in fragmented MP4', 'no-sound.mp4', ...BOTH, ...dropped, ...FRAGMENTED),
  without('sound in QuickTime', 'no-sound.mov', ...BOTH, ...dropped, ...FRAGMENTED),
  without('sound in WebM', 'no-sound.webm', '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', ...dropped),
  avi('H.264 with B-frames', 'b.avi', ...BFRAMES, '-c:a', 'libmp3lame'),
  avi('Xvid with B-frames', 'xvid.avi', '-c:v', 'mpeg4', '-vtag', 'XVID', '-bf', '2', '-c:a', 'libmp3lame'),
  avi('H.264 with B-frames and open GOPs', 'open.avi', ...BFRAMES, '-x264-params', 'open-gop=1', '-c:a', 'pcm_s16le'),
  edited('head cut', 'head.mp4', headCut(...X264, '-g', '60')),
  edited('head cut, B-frames', 'head-b.mp4', headCut(...BFRAMES, '-g', '60')),
  { ...edited('head cut, copied into Matroska', 'head.mp4', headCut(...X264, '-g', '60'), BACK), copy: 'mkv' },
  edited('tail cut', 'tail.mp4', changed('0.mp4', [...clip({ seconds: 3.1 }), ...BOTH], cutTail), BACK),
  edited(
    'head and tail cut',
    'both.mp4',
    async file => {
      await headCut(...X264, '-g', '60')(`${file}.1.mp4`)
      await cutTail(`${file}.1.mp4`, file)
    },
    BACK,
  ),
  { ...cutOff('MP4 with its index first', 'index.mp4', ...BOTH, '-movflags', '+faststart'), warns: LESS },
  {
    ...cutOff('QuickTime with its index first', 'index.mov', ...BFRAMES, ...AAC, '-movflags', '+faststart'),
    warns: LESS,
  },
  {
    ...cutOff('fragmented MP4', 'fragments.mp4', ...BOTH, '-g', '10', ...FRAGMENTED),
    warns: SHORT,
  },
  { ...cutOff('Matroska', 'cut-off.mkv', ...BFRAMES, ...AAC), warns: SHORT },
  { ...cutOff('WebM', 'cut-off.webm', '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus'), warns: SHORT },
  // It does not say how much there was.
  cutOff('MPEG-TS', 'cut-off.ts', ...BFRAMES, ...AAC),
]
