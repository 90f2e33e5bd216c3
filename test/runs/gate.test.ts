// gate.test: what a pass made is held against what was planned, and a tool's word counts for nothing.
import assert from 'node:assert/strict'
import { mkdtemp, open, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { PlannedOutput } from '../../src/engine/planned.ts'
import type { MeasuredStream, Measurement } from '../../src/ffmpeg/measure.ts'
import { rational } from '../../src/lib/rational.ts'
import { openProcesses, type Processes } from '../../src/process/open.ts'
import { compare, type Differences } from '../../src/runs/differences.ts'
import { passGate } from '../../src/runs/gate.ts'
import { digestFile } from '../../src/storage/digest.ts'
import { makeClip } from '../fixtures/clips.ts'

const SECOND = 1_000_000
const node = (media: 'video' | 'audio') => ({ kind: 'source', input: 'source', media, fromUs: 0 }) as const

const VIDEO: NonNullable<PlannedOutput['video']> = {
  node: node('video'),
  codec: 'h264',
  startUs: 0,
  endUs: 10 * SECOND,
  widthPx: 64,
  heightPx: 48,
  frameRate: rational(10),
  encoding: { encoder: 'libx264' },
}
const AUDIO: NonNullable<PlannedOutput['audio']> = {
  node: node('audio'),
  codec: 'aac',
  startUs: 0,
  endUs: 10 * SECOND,
  sampleRateHz: 48_000,
  channels: 1,
  encoding: { encoder: 'aac' },
}
const PLANNED: PlannedOutput = {
  index: 0,
  id: 'out',
  destination: 'out.mp4',
  container: 'mp4',
  cost: 1,
  video: VIDEO,
  audio: AUDIO,
  durationUs: 10 * SECOND,
}
const PICTURE: MeasuredStream & { kind: 'video' } = {
  kind: 'video',
  codec: 'h264',
  startUs: 0,
  durationUs: 10 * SECOND,
  packets: 100,
  widthPx: 64,
  heightPx: 48,
  frameRate: rational(10),
}
const SOUND: MeasuredStream & { kind: 'audio' } = {
  kind: 'audio',
  codec: 'aac',
  startUs: 0,
  durationUs: 10 * SECOND,
  packets: 470,
  sampleRateHz: 48_000,
  channels: 1,
}

const measurement = (streams: readonly MeasuredStream[], durationUs = 10 * SECOND): Measurement => ({
  container: 'mov',
  sizeBytes: 1000,
  durationUs,
  streams,
})

describe('a measurement', () => {
  const copied: PlannedOutput = {
    ...PLANNED,
    video: { ...VIDEO, encoding: undefined },
    audio: { ...AUDIO, encoding: undefined },
  }
  const cases: [title: string, differences: string[], Measurement, PlannedOutput?][] = [
    ['that is as planned has no difference', [], measurement([PICTURE, SOUND])],
    [
      'that says that it lasts longer',
      ['the file says that it lasts 56 s, and it lasts 10 s'],
      { ...measurement([PICTURE, SOUND]), saidUs: 56 * SECOND },
    ],
    [
      'whose subtitles go on after the picture, and that says so',
      [],
      {
        ...measurement([
          PICTURE,
          SOUND,
          { kind: 'subtitle', codec: 'mov_text', startUs: 0, durationUs: 15 * SECOND, packets: 3 },
        ]),
        saidUs: 15 * SECOND,
      },
      {
        ...PLANNED,
        companions: { input: 'source', streams: [{ kind: 'subtitle' }] },
      } as unknown as PlannedOutput,
    ],
    ['without its sound', ['0 audio streams instead of 1'], measurement([PICTURE])],
    ['without its picture', ['0 video streams instead of 1'], measurement([SOUND])],
    [
      'with a picture nobody asked for',
      ['1 video streams instead of 0'],
      measurement([PICTURE, SOUND]),
      without('video'),
    ],
    ['with a stream too many', ['2 audio streams instead of 1'], measurement([PICTURE, SOUND, SOUND])],
    ['of another size', ['32x48 instead of 64x48'], measurement([{ ...PICTURE, widthPx: 32 }, SOUND])],
    ['of a copy keeps the size it was stored in', [], measurement([{ ...PICTURE, widthPx: 32 }, SOUND]), copied],
    ['of another picture codec', ['hevc instead of h264'], measurement([{ ...PICTURE, codec: 'hevc' }, SOUND])],
    ['of another sound codec', ['mp3 instead of aac'], measurement([PICTURE, { ...SOUND, codec: 'mp3' }])],
    [
      'of another sample rate',
      ['44100 Hz instead of 48000'],
      measurement([PICTURE, { ...SOUND, sampleRateHz: 44_100 }]),
    ],
    ['of other channels', ['2 channels instead of 1'], measurement([PICTURE, { ...SOUND, channels: 2 }])],
    ['of a stream without a packet', ['the picture is empty'], measurement([{ ...PICTURE, packets: 0 }, SOUND])],
    [
      'with sound that breaks off',
      ['the sound lasts 6.000000 s instead of 10.000000 s'],
      measurement([PICTURE, { ...SOUND, durationUs: 6 * SECOND }]),
    ],
    [
      'with a picture that breaks off, though the last one is said to stay until the end',
      ['the picture lasts 9.1 s instead of 10.000000 s'],
      measurement([{ ...PICTURE, lastUs: 9 * SECOND }, SOUND]),
      { ...PLANNED, video: { ...VIDEO, longestFrameUs: 100_000 } },
    ],
    [
      'whose last picture is held, in a container that does not say so',
      [],
      measurement([{ ...PICTURE, lastUs: 7 * SECOND, durationUs: 7.1 * SECOND }, SOUND]),
      { ...PLANNED, video: { ...VIDEO, longestFrameUs: 3 * SECOND } },
    ],
    [
      'with sound that comes too late',
      ['the sound starts at 1.000000 s instead of 0.000000 s'],
      measurement([PICTURE, { ...SOUND, startUs: SECOND }]),
    ],
    [
      'with a frame of sound too much is as planned',
      [],
      measurement([PICTURE, { ...SOUND, durationUs: 10.02 * SECOND }]),
    ],
    ['of a source that told no duration', [], measurement([PICTURE, SOUND], 3 * SECOND), timeless()],
  ]
  for (const [title, differences, measured, planned = PLANNED] of cases)
    test(title, () => assert.deepEqual(allOf(compare(planned, measured)).map(normal), differences.map(normal)))

  test('is told everything at once', () => {
    assert.equal(
      allOf(compare(PLANNED, measurement([{ ...PICTURE, codec: 'hevc', widthPx: 2, durationUs: SECOND }]))).length,
      4,
    )
  })
})

const allOf = ({ nature, times }: Differences) => [...nature, ...times]

describe('a file', () => {
  let directory: string
  let processes: Processes
  const signal = new AbortController().signal
  const asPlanned = (decodable: PlannedOutput) => ({ signal, decodable: async () => decodable })
  const planned: PlannedOutput = {
    ...PLANNED,
    video: { ...VIDEO, heightPx: 64, endUs: SECOND },
    audio: { ...AUDIO, endUs: SECOND },
    durationUs: SECOND,
  }
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kinora-gate-'))
    processes = await openProcesses({ sandbox: 'auto' })
  })
  after(() => rm(directory, { recursive: true, force: true }))

  test('that is as planned passes, and its facts are what was measured', async () => {
    const file = await makeClip(directory, TIDY)
    const { digest, facts } = await passGate(processes, planned, file, asPlanned(planned))
    assert.equal(digest, await digestFile(file))
    assert.ok(Math.abs(facts.durationS - 1) < 0.1)
    assert.deepEqual(facts.streams, [
      { kind: 'video', codec: 'h264', widthPx: 64, heightPx: 64, frameRate: '10' },
      { kind: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 1 },
    ])
  })

  const rejected: [title: string, make: () => Promise<string>, reason: RegExp][] = [
    ['that is empty', () => written('empty.mp4', ''), /was not written/],
    ['that is not a clip', () => written('text.mp4', 'no clip'), /.+/],
    ['that was never written', async () => join(directory, 'never.mp4'), /was not written/],
    ['that is a link to another', () => linked('link.mp4'), /was not written/],
    [
      'without the sound it should have',
      () => makeClip(directory, { ...TIDY, name: 'silent.mp4', audio: false }),
      /0 audio streams/,
    ],
    ['whose end is missing', () => cut('cut.mp4', 0.5), /.+/],
  ]
  for (const [title, make, reason] of rejected)
    test(`${title} is rejected`, async () => {
      await assert.rejects(
        passGate(processes, planned, await make(), asPlanned(planned)),
        (error: Error & { code?: string }) => {
          assert.match(error.message, reason)
          assert.doesNotMatch(error.message, /kinora-gate/)
          return error.code === 'output_rejected'
        },
      )
    })

  test('of half the length passes with a warning when no more can be decoded of its sources, and else is rejected', async () => {
    const half = await makeClip(directory, { ...TIDY, name: 'short.mp4', seconds: 0.5 })
    const endUs = SECOND / 2
    const less = {
      ...planned,
      video: { ...VIDEO, heightPx: 64, endUs },
      audio: { ...AUDIO, endUs },
      durationUs: endUs,
    }
    const { facts } = await passGate(processes, planned, half, asPlanned(less))
    assert.match(
      facts.lacks?.join() ?? '',
      /not all of its sources can be decoded: the picture lasts 0\.5 s instead of 1 s/,
    )
    await assert.rejects(passGate(processes, planned, half, asPlanned(planned)), {
      code: 'output_rejected',
      message: /lasts 0\.5/,
    })
  })

  test('of copied packets that cannot be decoded passes with a warning, and of encoded ones is rejected', async () => {
    const bad = await makeClip(directory, {
      ...TIDY,
      name: 'bad.mp4',
      audio: false,
      extra: ['-movflags', '+faststart', '-g', '1'],
    })
    await using handle = await open(bad, 'r+')
    const { size } = await handle.stat()
    await handle.write(Buffer.alloc(400, 0x5a), 0, 400, Math.floor(size * 0.5))
    const { audio: _audio, ...silent } = planned
    const encoded = { ...silent, video: { ...VIDEO, heightPx: 64, endUs: SECOND } }
    await assert.rejects(passGate(processes, encoded, bad, asPlanned(encoded)), { code: 'output_rejected' })
    const copied = { ...encoded, video: { ...encoded.video, encoding: undefined } }
    const { facts } = await passGate(processes, copied, bad, asPlanned(copied))
    assert.match(facts.lacks?.join() ?? '', /packets were copied that cannot be decoded/)
  })

  async function written(name: string, text: string): Promise<string> {
    await writeFile(join(directory, name), text)
    return join(directory, name)
  }

  async function linked(name: string): Promise<string> {
    await symlink(await makeClip(directory, TIDY), join(directory, name))
    return join(directory, name)
  }

  async function cut(name: string, fraction: number): Promise<string> {
    const path = await makeClip(directory, { ...TIDY, name, extra: ['-movflags', '+faststart'] })
    await truncate(path, Math.floor(30_000 * fraction))
    return path
  }
})

// As it was planned.
const TIDY = { seconds: 1, rate: 10, samplesPerSecond: 48_000 } as const

function without(stream: 'video' | 'audio'): PlannedOutput {
  return { ...PLANNED, [stream]: undefined }
}

function timeless(): PlannedOutput {
  return {
    ...PLANNED,
    video: { ...VIDEO, endUs: undefined },
    audio: { ...AUDIO, endUs: undefined },
    durationUs: undefined,
  }
}

// How a number of seconds is printed is the business of lib/time.
function normal(difference: string): string {
  return difference.replace(/(\d+)\.0+ s/g, '$1 s')
}
