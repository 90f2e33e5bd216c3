// held: a frame that is shown for seconds, as the last one of screen recordings is.
import { ffmpeg } from '../../engine/real.ts'
import { AAC, changed, clip, FRAGMENTED, heard, made, type Source, seen, X264 } from '../source.ts'

const LAST_HELD = ['-c', 'copy', '-bsf:v', "setts=duration='if(eq(N,24),2/TB,DURATION)'"]
const hold = (args: readonly string[], flags: readonly string[] = []) =>
  changed('0.mp4', [...args, ...X264, '-bf', '0', ...AAC], (from, to) => ffmpeg('-i', from, ...LAST_HELD, ...flags, to))

const silent = seen({ seconds: 1, rate: 25 })
const sounding = [...silent, ...heard({ seconds: 2.9 })]
const REST = ['-vf', "select='lt(t,0.9)+gte(t,2.9)'", '-fps_mode', 'vfr']

export const HELD: readonly Source[] = [
  { kind: 'held', name: 'last frame, MP4', file: 'held.mp4', make: hold(silent) },
  { kind: 'held', name: 'last frame beside sound, MP4', file: 'held-sound.mp4', make: hold(sounding) },
  { kind: 'held', name: 'last frame, MOV', file: 'held.mov', make: hold(silent) },
  { kind: 'held', name: 'last frame beside sound, MOV', file: 'held-sound.mov', make: hold(sounding) },
  { kind: 'held', name: 'last frame, fragmented MP4', file: 'held-fragments.mp4', make: hold(silent, FRAGMENTED) },
  {
    kind: 'held',
    name: 'last frame beside sound, fragmented MP4',
    file: 'held-sound-fragments.mp4',
    make: hold(sounding, FRAGMENTED),
  },
  {
    kind: 'held',
    name: 'a frame in the middle, MP4',
    file: 'rest.mp4',
    make: made(...clip({ seconds: 3.3 }), ...REST, ...X264, ...AAC),
  },
  {
    kind: 'held',
    name: 'a frame in the middle, Matroska',
    file: 'rest.mkv',
    make: made(...clip({ seconds: 3.3 }), ...REST, ...X264, ...AAC),
  },
]
