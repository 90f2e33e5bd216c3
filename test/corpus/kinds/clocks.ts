// clocks: healthy files whose rates, offsets, shapes and containers are not those that tests are usually made with.

import { turnClip } from '../../fixtures/turned.ts'
import {
  AAC,
  BFRAMES,
  changed,
  clip,
  everywhere,
  FRAGMENTED,
  made,
  type Shape,
  type Source,
  seen,
  X264,
} from '../source.ts'

const BOTH = [...X264, ...AAC]
const VP8 = ['-c:v', 'libvpx', '-b:v', '200k', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus']
const UNEVEN = ['-vf', "select='gt(mod(n,7),2)+lt(t,0.5)'", '-fps_mode', 'vfr']

const healthy =
  (kind: string) =>
  (name: string, file: string, shape: Shape, ...args: string[]): Source => ({
    kind,
    name,
    file,
    make: made(...clip(shape), ...args),
  })
const rate = healthy('a rate')
const offset = healthy('an offset')
const order = healthy('frames out of order')
const shape = healthy('a shape')
const container = healthy('a container')

export const CLOCKS: readonly Source[] = [
  rate('29.97 in MP4', 'ntsc.mp4', {}, ...BOTH),
  rate('23.976 in Matroska', 'film.mkv', { rate: '24000/1001' }, ...BOTH),
  rate('59.94 in MPEG-TS', 'fast.ts', { rate: '60000/1001' }, ...BOTH),
  rate('23.976 in QuickTime', 'film.mov', { rate: '24000/1001' }, ...BFRAMES, ...AAC),
  rate('3 in MP4', 'slides.mp4', { rate: 3, seconds: 3.1 }, ...BOTH),
  rate('7 in Matroska', 'slides.mkv', { rate: 7, seconds: 3.1 }, ...BOTH),
  rate('uneven in MP4', 'uneven.mp4', { seconds: 3.1 }, ...UNEVEN, ...BOTH),
  rate('uneven in Matroska', 'uneven.mkv', { seconds: 3.1 }, ...UNEVEN, ...BOTH),
  rate('uneven in WebM', 'uneven.webm', { seconds: 2.1 }, ...UNEVEN, ...VP8),
  offset('late sound in MP4', 'late.mp4', { lateSoundS: 0.61 }, ...BOTH),
  offset('late sound in Matroska', 'late.mkv', { lateSoundS: 0.61 }, ...BOTH),
  offset('late sound in MPEG-TS', 'late.ts', { lateSoundS: 0.61 }, ...BOTH),
  offset('late picture in MP4', 'late-picture.mp4', { lateVideoS: 0.61 }, ...BOTH),
  offset('late picture in Matroska', 'late-picture.mkv', { lateVideoS: 0.61 }, ...BOTH),
  offset('late picture in MPEG-TS', 'late-picture.ts', { lateVideoS: 0.61 }, ...BOTH),
  offset(
    // Of 33 bits: its second part is counted from zero again.
    'a clock that is full in the middle',
    'full.ts',
    {},
    ...BOTH,
    '-output_ts_offset',
    '95442.5',
  ),
  offset('an hour in MPEG-TS', 'hour.ts', {}, ...BOTH, '-output_ts_offset', '3600.123'),
  offset('a minute in Matroska', 'minute.mkv', {}, ...BOTH, '-output_ts_offset', '61.5'),
  offset('five seconds in fragmented MP4', 'later.mp4', {}, ...BOTH, '-output_ts_offset', '5.5', ...FRAGMENTED),
  order('B-frames in MP4', 'b.mp4', {}, ...BFRAMES, ...AAC),
  order('B-frames in Matroska', 'b.mkv', {}, ...BFRAMES, ...AAC),
  order('B-frames in MPEG-TS', 'b.ts', {}, ...BFRAMES, ...AAC),
  order('open GOPs in MP4', 'open.mp4', {}, ...BFRAMES, '-x264-params', 'open-gop=1', ...AAC),
  order('a pyramid of B-frames', 'pyramid.mp4', {}, ...X264, '-bf', '4', '-b-pyramid', 'normal', ...AAC),
  {
    kind: 'a shape',
    name: 'turned',
    file: 'turned.mp4',
    make: changed('0.mp4', [...clip(), ...BOTH], turnClip),
  },
  shape('pixels that are not square', 'wide.mp4', { size: '72x58' }, '-vf', 'setsar=64/45', ...BOTH),
  shape('odd sizes in VP8', 'odd.webm', { size: '161x91' }, ...VP8),
  shape(
    'odd sizes in Matroska',
    'odd.mkv',
    { size: '101x77' },
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv444p',
    ...AAC,
  ),
  container('WebM without a duration', 'live.webm', {}, ...VP8, '-live', '1'),
  container('Matroska without a duration', 'live.mkv', {}, ...BOTH, '-live', '1'),
  { ...container('FLV', 'clip.flv', {}, ...BFRAMES, ...AAC), copy: 'mp4' },
  {
    ...container('fragmented MP4', 'fragments.mp4', {}, ...BFRAMES, '-g', '15', ...AAC, ...FRAGMENTED),
    // So late the first picture is shown, and what comes after the sound's first packet is not before it.
    warns: everywhere(/the sound of "a" has 1 hole of 0.045 s in all \(at 0.021 s\)/),
  },
  container(
    'interlaced MPEG-2',
    'fields.ts',
    { rate: 25 },
    '-c:v',
    'mpeg2video',
    '-flags',
    '+ilme+ildct',
    '-b:v',
    '400k',
    '-c:a',
    'mp2',
  ),
  container(
    'interlaced H.264',
    'fields.mp4',
    { rate: 25, size: '160x96' },
    ...X264,
    '-flags',
    '+ilme+ildct',
    '-x264-params',
    'tff=1',
    ...AAC,
  ),
  {
    kind: 'a container',
    name: 'GIF',
    file: 'moving.gif',
    make: made(...seen({ rate: 10, seconds: 1.9 })),
    copy: 'mp4',
    warns: everywhere(/may be transparent, which is not kept/),
  },
]
