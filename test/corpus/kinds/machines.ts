// machines: files as telephones, cameras, receivers and recorders of screens write them, with what else is in them.
import { readFile, writeFile } from 'node:fs/promises'
import { ffmpeg } from '../../engine/real.ts'
import { turnClip } from '../../fixtures/turned.ts'
import { bitmapSubtitles } from '../bitmap-subtitles.ts'
import { AAC, BFRAMES, changed, clip, everywhere, heard, made, rewritten, type Source, seen, X264 } from '../source.ts'

const machine = (name: string, file: string, make: Source['make'], others: Partial<Source> = {}): Source => ({
  kind: 'a machine',
  name,
  file,
  make,
  ...others,
})

const FIELDS = ['-flags', '+ilme+ildct']
const UNEVEN = ['-vf', "select='gt(mod(n,11),1)+lt(t,0.3)'", '-fps_mode', 'vfr']
const HELD = ['-vf', "select='lt(t,0.7)+gte(t,1.5)'", '-fps_mode', 'vfr']
const ONE = ['-vf', "select='eq(n,0)'", '-fps_mode', 'vfr']
const HLG = ['-vf', 'setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc']
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=30']
const DARKER = /"a" is HDR \(HLG\) and is brought down to SDR/
const TEN_BITS = /"a" has 10 bits a sample, of which 8 are kept/
const SUBTITLES = /leaves out 1 subtitle track of "a" \(dvb_subtitle\)/
const PARTS = /leaves out 2 chapters of "a"/
const TWO_SOUNDS = everywhere(/takes one of the 2 audio tracks of "a" \(aac/)

async function telephone(file: string): Promise<void> {
  const [whole, cut] = [`${file}.0.mov`, `${file}.1.mov`]
  await ffmpeg(...clip({ seconds: 3.1 }), ...UNEVEN, ...X264, '-g', '40', ...AAC, whole)
  await ffmpeg('-ss', '0.71', '-i', whole, '-c', 'copy', cut)
  await turnClip(cut, file)
}

async function receiver(file: string): Promise<void> {
  await writeFile(`${file}.sup`, bitmapSubtitles([0.3, 1.2]))
  await ffmpeg(
    ...[...clip({ rate: 25, size: '96x64' }), '-f', 'sup', '-i', `${file}.sup`, '-map', '0', '-map', '1', '-map', '2'],
    ...['-c:v', 'mpeg2video', ...FIELDS, '-b:v', '400k', '-c:a', 'mp2', '-c:s', 'dvbsub', '-output_ts_offset', '4711'],
    file,
  )
}

// What a camera knows of itself is a track that only its maker reads.
async function actionCamera(from: string, to: string): Promise<void> {
  const bytes = await readFile(from)
  bytes.write('gpmd', bytes.indexOf('tmcd', bytes.lastIndexOf('stsd')), 'latin1')
  await writeFile(to, bytes)
}

async function book(file: string): Promise<void> {
  const parts = [0, 900].map(start => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${start + 900}\ntitle=Part`)
  await writeFile(`${file}.txt`, [';FFMETADATA1', ...parts].join('\n'))
  await ffmpeg(...seen(), '-frames:v', '1', `${file}.png`)
  await ffmpeg(
    ...[...heard({ hz: 22_050 }), '-i', `${file}.png`, '-i', `${file}.txt`, '-map', '0', '-map', '1', ...AAC],
    ...['-c:v', 'copy', '-disposition:v:0', 'attached_pic', file],
  )
}

// Who writes into a pipe cannot come back and say how long it was.
function unfinished(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(0xffff_ffff, 4)
  bytes.writeUInt32LE(0xffff_ffff, bytes.indexOf('data') + 4)
  return bytes
}

// ID3v1 behind the first part, ID3v2 before the second, APE behind it.
async function radio(file: string): Promise<void> {
  const parts = [`${file}.0.mp3`, `${file}.1.mp3`]
  const tags = ['-write_id3v1', '1', '-metadata', 'title=Part']
  for (const [index, part] of parts.entries())
    await ffmpeg(...heard({ seconds: 1.3 + index, hz: 44_100 }), '-c:a', 'libmp3lame', '-q:a', '6', ...tags, part)
  const ape = Buffer.alloc(32)
  ape.write('APETAGEX')
  ape.writeUInt32LE(2000, 8)
  ape.writeUInt32LE(32, 12)
  await writeFile(file, Buffer.concat([...(await Promise.all(parts.map(part => readFile(part)))), ape]))
}

export const MACHINES: readonly Source[] = [
  machine('a telephone: on its side, of an uneven rate, cut', 'telephone.mov', telephone),
  machine(
    'a telephone: HEVC of ten bits and HLG',
    'hlg.mov',
    made(...clip({ size: '96x64' }), ...X265, '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1', ...HLG, ...AAC),
    { warns: { trim: DARKER, scale: DARKER, concat: DARKER } },
  ),
  machine(
    'an old telephone: H.263 of 15 frames and 8 kHz in 3GP',
    'old.3gp',
    made(
      ...clip({ rate: 15, size: '128x96', hz: 8000 }),
      ...['-c:v', 'h263', '-b:v', '64k', '-c:a', 'aac', '-b:a', '24k'],
    ),
    { copy: 'mp4' },
  ),
  machine(
    'a screen: held frames of an uneven rate of 60, and two tracks of sound',
    'screen.mkv',
    made(
      ...clip({ rate: 60, seconds: 2.3 }),
      ...heard({ seconds: 2.3, hz: 44_100 }),
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      ...HELD,
      ...BFRAMES,
      ...AAC,
    ),
    { warns: TWO_SOUNDS },
  ),
  machine('a receiver: fields, MP2 and subtitles of DVB', 'receiver.ts', receiver, {
    warns: { trim: SUBTITLES, scale: SUBTITLES, concat: SUBTITLES },
  }),
  machine(
    'a camera: ProRes, 24 bits, a time code',
    'camera.mov',
    made(
      ...clip({ rate: '24000/1001' }),
      ...['-c:v', 'prores_ks', '-profile:v', 'proxy', '-c:a', 'pcm_s24le', '-timecode', '01:02:03:04'],
    ),
    { warns: { trim: TEN_BITS, scale: TEN_BITS, concat: TEN_BITS } },
  ),
  machine(
    'a camcorder: interlaced H.264 and AC-3 in M2TS',
    'camcorder.mts',
    made(
      ...clip({ rate: 25, size: '96x64' }),
      ...[...X264, ...FIELDS, '-x264-params', 'tff=1', '-c:a', 'ac3', '-f', 'mpegts', '-mpegts_m2ts_mode', '1'],
    ),
    { copy: 'ts' },
  ),
  machine(
    'an action camera: a track of its own data',
    'action.mp4',
    changed('0.mp4', [...clip(), ...X264, ...AAC, '-timecode', '01:02:03:04'], actionCamera),
  ),
  machine(
    'a disc: MPEG-2 and AC-3 in a programme stream',
    'disc.mpg',
    made(...clip({ rate: 25 }), '-c:v', 'mpeg2video', '-bf', '2', '-g', '15', '-c:a', 'ac3', '-f', 'vob'),
    { copy: 'mkv' },
  ),
  machine('Windows Media', 'clip.wmv', made(...clip(), '-c:v', 'wmv2', '-b:v', '300k', '-c:a', 'wmav2'), {
    copy: 'mp4',
  }),
  machine('a book: chapters and a cover', 'book.m4a', book, { warns: { trim: PARTS, concat: PARTS, audio: PARTS } }),
  machine('a voice: Opus in WebM', 'voice.webm', made(...heard(), '-c:a', 'libopus')),
  machine('a stream: AAC that says no length', 'stream.aac', made(...heard({ hz: 44_100 }), ...AAC)),
  machine(
    'a pipe: WAV that says no length',
    'pipe.wav',
    changed('0.wav', heard({ hz: 22_050 }), rewritten(unfinished)),
  ),
  machine(
    'an old camera: Motion JPEG and eight bits of sound in AVI',
    'old.avi',
    made(...clip({ rate: 15, hz: 11_025 }), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_u8'),
    { copy: 'mkv', warns: { scale: /the sound of "s" is lossless \(8 bits\) and is encoded as aac/ } },
  ),
  machine('a song over one picture', 'song.mp4', made(...clip({ rate: 25 }), ...ONE, ...X264, ...AAC), {
    warns: { trim: /"a" has no picture in the part that starts at 0.37 s/ },
  }),
  machine('a song over one picture, in Matroska', 'song.mkv', made(...clip({ rate: 25 }), ...ONE, ...X264, ...AAC), {
    warns: { trim: /"a" has no picture in the part that starts at 0.37 s/ },
  }),
  machine('a radio: joined MP3s of a variable bitrate, with tags of every kind', 'radio.mp3', radio),
]
