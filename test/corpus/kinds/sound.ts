// sound: files of sound that were joined, and sound with holes, damage and rates that few people test with.
import {
  AAC,
  changed,
  clip,
  damaged,
  everywhere,
  heard,
  joined,
  made,
  rewritten,
  type Source,
  X264,
} from '../source.ts'

const VP8 = ['-c:v', 'libvpx', '-b:v', '200k', '-deadline', 'realtime', '-cpu-used', '8']
const MP3 = ['-c:a', 'libmp3lame']
const HOLE = ['-af', "aselect='not(between(t,0.9,1.8))'"]
const HOLES = /the sound of "a" has \d+ holes? of /
const FILLED = /the sound of "a" has \d+ holes? of .*filled with silence/
const AGAIN = everywhere(/the clock of the sound of "a" starts again once/)
const UNDECODED = {
  a: /the sound of its sources could not be decoded without errors/,
  v: /the picture of its sources could not be decoded without errors/,
}
// The first packet of a second part begins with its tags.
const TAGGED = { trim: UNDECODED.a, concat: UNDECODED.a, audio: UNDECODED.a }
const HOLED = { copy: HOLES, trim: FILLED, scale: HOLES, concat: FILLED, audio: FILLED }

const holed = (name: string, file: string, ...codec: string[]): Source => ({
  kind: 'holes in the sound',
  name,
  file,
  make: made(...clip({ seconds: 3.1 }), ...HOLE, ...codec),
  warns: HOLED,
})

const rated = (name: string, file: string, hz: number, ...codec: string[]): Source => ({
  kind: 'sound of another rate or depth',
  name,
  file,
  make: made(...clip({ hz }), ...X264, ...codec),
  ...(/24|flac/.test(codec.join()) && { warns: { scale: /is lossless \(24 bits\) and is encoded as aac/ } }),
})

// The packets of one stream between two places of a file.
function withoutSomeOf(pid: number) {
  return rewritten(bytes => {
    const packets = Array.from({ length: bytes.length / 188 }, (_, index) =>
      bytes.subarray(index * 188, index * 188 + 188),
    )
    const lost = (packet: Buffer, index: number) =>
      index > packets.length * 0.4 && index < packets.length * 0.6 && (packet.readUInt16BE(1) & 0x1fff) === pid
    return Buffer.concat(packets.filter((packet, index) => !lost(packet, index)))
  })
}

const hurt = (name: string, file: string, stream: 'a' | 'v', ...codec: string[]): Source => ({
  kind: 'one damaged packet',
  name,
  file,
  make: changed(`0.${file.split('.')[1]}`, [...clip(), ...codec, ...AAC], (from, to) => damaged(stream, from, to)),
  mayWarn: UNDECODED[stream],
  // A copy is not decoded: its packets are as good as they were, and the damage is where it was.
  warns: {
    ...{ trim: UNDECODED[stream], scale: UNDECODED[stream], concat: UNDECODED[stream] },
    ...(stream === 'a' && { audio: UNDECODED[stream] }),
  },
})

export const SOUND: readonly Source[] = [
  {
    kind: 'joined',
    name: 'two MP3s',
    file: 'joined.mp3',
    make: joined([...heard(), ...MP3], [...heard({ seconds: 1.3 }), ...MP3]),
    warns: TAGGED,
  },
  {
    kind: 'joined',
    name: 'three MP3s of different bitrates',
    file: 'bitrates.mp3',
    make: joined(...['64k', '128k', '48k'].map(rate => [...heard({ seconds: 1.1 }), ...MP3, '-b:a', rate])),
    warns: TAGGED,
  },
  {
    kind: 'joined',
    name: 'two MP3s without a Xing header',
    file: 'headless.mp3',
    make: joined(...[1.7, 0.9].map(seconds => [...heard({ seconds, hz: 22_050 }), ...MP3, '-write_xing', '0'])),
    warns: TAGGED,
  },
  {
    kind: 'joined',
    name: 'two AAC streams',
    file: 'joined.aac',
    make: joined([...heard(), ...AAC], [...heard({ seconds: 1.3 }), ...AAC]),
  },
  {
    kind: 'joined',
    name: 'a chained Ogg of Vorbis',
    file: 'chained.ogg',
    make: joined(...[1.7, 1.1].map(seconds => [...heard({ seconds }), '-c:a', 'libvorbis'])),
    warns: AGAIN,
  },
  {
    kind: 'joined',
    name: 'a chained Ogg of Opus',
    file: 'chained.opus',
    make: joined(...[1.7, 1.1].map(seconds => [...heard({ seconds }), '-c:a', 'libopus'])),
    warns: AGAIN,
  },
  holed('Opus in WebM', 'hole.webm', ...VP8, '-c:a', 'libopus'),
  holed('AAC in Matroska', 'hole.mkv', ...X264, ...AAC),
  holed('AAC in MP4', 'hole.mp4', ...X264, ...AAC),
  holed('Opus in Matroska', 'hole-opus.mkv', ...X264, '-c:a', 'libopus'),
  {
    kind: 'holes in the sound',
    name: 'packets lost from MPEG-TS',
    file: 'lost.ts',
    make: changed('0.ts', [...clip({ seconds: 3.1 }), ...X264, ...AAC], withoutSomeOf(0x101)),
    warns: HOLED,
  },
  hurt('of the sound in MP4', 'damaged.mp4', 'a', ...X264),
  hurt('of the sound in Matroska', 'damaged.mkv', 'a', ...X264),
  hurt('of the picture in MP4', 'damaged-picture.mp4', 'v', ...X264, '-g', '12'),
  hurt('of the picture in Matroska', 'damaged-picture.mkv', 'v', ...X264, '-g', '12'),
  rated('mono of 22.05 kHz', 'low.mp4', 22_050, ...AAC),
  { ...rated('mono MP3 of 22.05 kHz in FLV', 'telephone.flv', 22_050, '-c:a', 'libmp3lame'), copy: 'mkv' },
  rated('24 bits in QuickTime', 'deep.mov', 48_000, '-c:a', 'pcm_s24le'),
  rated(
    '24-bit FLAC in Matroska',
    'deep.mkv',
    44_100,
    '-c:a',
    'flac',
    '-sample_fmt',
    's32',
    '-bits_per_raw_sample',
    '24',
  ),
]
