// sources: the corpus, as one list.
import { CLOCKS } from './kinds/clocks.ts'
import { CONTAINERS } from './kinds/containers.ts'
import { HELD } from './kinds/held.ts'
import { SOUND } from './kinds/sound.ts'
import { TRANSPORT } from './kinds/transport.ts'
import type { Source } from './source.ts'

export const ALL: readonly Source[] = [...HELD, ...TRANSPORT, ...SOUND, ...CONTAINERS, ...CLOCKS]

/** Those that do not pass, or were never held against what they should give, and why. */
export const WAITING: ReadonlyMap<string, string> = new Map([
  ['held: last frame, MOV', 'not tried yet'],
  ['held: last frame, fragmented MP4', 'not tried yet'],
  ['held: last frame beside sound, fragmented MP4', 'not tried yet'],
  ['held: a frame in the middle, MP4', 'a trim has 18 frames instead of 16'],
  ['several frames of sound a packet: mono MP2 of 48 kHz', 'not tried yet'],
  ['begins between keyframes: H.264', 'not tried yet'],
  ['begins between keyframes: H.264 with open GOPs', 'not tried yet'],
  ['begins between keyframes: HEVC', 'not tried yet'],
  ['joined: the clock starts again', 'not tried yet'],
  ['joined: the clock jumps forward', 'not tried yet'],
  ['joined: the clock jumps back', 'not tried yet'],
  ['joined: three parts', 'not tried yet'],
  ['joined: two MP3s', 'the decoder complains of the join, and a frame is lost there'],
  ['joined: three MP3s of different bitrates', 'not tried yet'],
  ['joined: two MP3s without a Xing header', 'the decoder complains of the join, and a frame is lost there'],
  ['joined: a chained Ogg of Vorbis', 'not tried yet'],
  [
    'holes in the sound: AAC in MP4',
    'a hole is a long packet there, is not found, and a trim that ends in it is refused',
  ],
  ['holes in the sound: Opus in Matroska', 'not tried yet'],
  ['one damaged packet: of the sound in MP4', 'not tried yet'],
  ['one damaged packet: of the sound in Matroska', 'not tried yet'],
  [
    'one damaged packet: of the picture in MP4',
    'the damage lies where the gate does not decode a copy, and is not told',
  ],
  ['one damaged packet: of the picture in Matroska', 'not tried yet'],
  ['sound of another rate or depth: 8 kHz in FLV', 'not tried yet'],
  ['sound of another rate or depth: 24 bits in QuickTime', 'not tried yet'],
  ['a track without a packet: sound in WebM', 'not tried yet'],
  ['AVI: H.264 with B-frames and open GOPs', 'not tried yet'],
  ['an edit list: head cut, copied into Matroska', 'not tried yet'],
  ['an edit list: head and tail cut', 'not tried yet'],
  ['cut off: fragmented MP4', 'not tried yet'],
  ['cut off: WebM', 'not tried yet'],
  ['a rate: 23.976 in Matroska', 'not tried yet'],
  ['a rate: uneven in MP4', 'not tried yet'],
  ['an offset: late sound in MP4', 'not tried yet'],
  ['an offset: late sound in Matroska', 'a trim has 16 samples more, since the clock counts in milliseconds'],
  ['an offset: late picture in MPEG-TS', 'not tried yet'],
  ['an offset: a start before zero', 'its packets lose their times: is the file as it should be?'],
  ['an offset: a minute in Matroska', 'not tried yet'],
  ['frames out of order: B-frames in MP4', 'not tried yet'],
  ['frames out of order: open GOPs in MP4', 'not tried yet'],
  ['a shape: odd sizes in Matroska', 'not tried yet'],
  ['a container: FLV', 'not tried yet'],
  ['a container: fragmented MP4', 'the sound has a hole of 45 ms after its first packet'],
  ['a container: interlaced MPEG-2', 'not tried yet'],
  ['a container: interlaced H.264', 'not tried yet'],
  ['a container: GIF', 'not tried yet'],
])
