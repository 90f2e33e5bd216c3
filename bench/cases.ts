// cases: jobs as a client sends them, each beside the command that an expert would write by hand for the same files.

export type Case = {
  readonly name: string
  readonly spec: object
  /** Arguments for one plain ffmpeg; `IN/` is where the clips are, `OUT/` a directory. */
  readonly byHand: readonly string[]
  /** At most this many times as long as by hand, and `MORE_MS` longer. */
  readonly ratio: number
}

/** What a job may cost besides, however short it is. */
export const MORE_MS = 200

const H264 = ['-c:v', 'libx264', '-preset', 'medium', '-crf', '23', '-pix_fmt', 'yuv420p']
const AAC = ['-c:a', 'aac', '-b:a', '128k']
const START = ['-movflags', '+faststart']

const scale = (input: string, output: string, width: number, height: number) => ({
  op: 'scale',
  input,
  output,
  params: { width, height },
})
const trim = (input: string, output: string, start: number, duration: number) => ({
  op: 'trim',
  input,
  output,
  params: { start, duration },
})
const inputs = [{ id: 'clip', source: 'clip.mp4' }]
const half = [{ id: 'clip', source: 'half.mp4' }]

export const cases: readonly Case[] = [
  {
    name: 'ten seconds out of thirty, made smaller',
    ratio: 1.05,
    spec: {
      inputs: half,
      operations: [trim('clip', 'part', 12, 10), scale('part', 'small', 1280, 720)],
      outputs: [{ id: 'small', destination: 'part.mp4' }],
    },
    byHand: [
      ...['-ss', '12', '-t', '10', '-i', 'IN/half.mp4', '-vf', 'scale=1280:720'],
      ...[...H264, ...AAC, ...START, 'OUT/part.mp4'],
    ],
  },
  {
    name: 'ladder: thirty seconds, three renditions',
    ratio: 1.05,
    spec: {
      inputs: half,
      operations: [scale('clip', 'hd', 1280, 720), scale('clip', 'sd', 854, 480), scale('clip', 'mobile', 640, 360)],
      outputs: [
        { id: 'hd', destination: 'hd.mp4' },
        { id: 'sd', destination: 'sd.mp4' },
        { id: 'mobile', destination: 'mobile.mp4' },
      ],
    },
    byHand: [
      ...[
        '-i',
        'IN/half.mp4',
        '-filter_complex',
        '[0:v]split=3[a][b][c];[a]scale=1280:720[hd];[b]scale=854:480[sd];[c]scale=640:360[mobile]',
      ],
      ...['-map', '[hd]', '-map', '0:a', ...H264, '-c:a', 'copy', ...START, 'OUT/hd.mp4'],
      ...['-map', '[sd]', '-map', '0:a', ...H264, '-c:a', 'copy', ...START, 'OUT/sd.mp4'],
      ...['-map', '[mobile]', '-map', '0:a', ...H264, '-c:a', 'copy', ...START, 'OUT/mobile.mp4'],
    ],
  },
  {
    name: 'late cut of ten seconds, made smaller',
    ratio: 1.1,
    spec: {
      inputs,
      operations: [trim('clip', 'part', 45, 10), scale('part', 'small', 1280, 720)],
      outputs: [{ id: 'small', destination: 'small.mp4' }],
    },
    byHand: [
      '-ss',
      '45',
      '-t',
      '10',
      '-i',
      'IN/clip.mp4',
      '-vf',
      'scale=1280:720',
      ...H264,
      ...AAC,
      ...START,
      'OUT/small.mp4',
    ],
  },
  {
    name: 'two parts in reverse order, joined',
    ratio: 1.1,
    spec: {
      inputs,
      operations: [
        trim('clip', 'late', 40, 8),
        trim('clip', 'early', 5, 8),
        { op: 'concat', inputs: ['late', 'early'], output: 'joined' },
        scale('joined', 'small', 854, 480),
      ],
      outputs: [{ id: 'small', destination: 'joined.mp4' }],
    },
    byHand: [
      ...['-ss', '40', '-t', '8', '-i', 'IN/clip.mp4', '-ss', '5', '-t', '8', '-i', 'IN/clip.mp4'],
      ...[
        '-filter_complex',
        '[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a];[v]scale=854:480[s]',
        '-map',
        '[s]',
        '-map',
        '[a]',
      ],
      ...[...H264, ...AAC, ...START, 'OUT/joined.mp4'],
    ],
  },
  {
    name: 'sound only, as MP3',
    ratio: 1.1,
    spec: {
      inputs,
      operations: [],
      outputs: [{ id: 'clip', destination: 'sound.mp3', codec: { audio: { codec: 'mp3', bitrate: '192k' } } }],
    },
    byHand: ['-i', 'IN/clip.mp4', '-vn', '-c:a', 'libmp3lame', '-b:a', '192k', 'OUT/sound.mp3'],
  },
  {
    name: 'another container, nothing encoded',
    ratio: 1.1,
    spec: { inputs, operations: [], outputs: [{ id: 'clip', destination: 'copy.mkv' }] },
    byHand: ['-i', 'IN/clip.mp4', '-c', 'copy', 'OUT/copy.mkv'],
  },
]
