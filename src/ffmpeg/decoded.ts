// decoded: what really comes out of a source's decoders, from its first frame to its last. Slow, and the last word.
import type { Capabilities } from '../engine/capabilities.ts'
import { inputClock } from '../engine/input-clock.ts'
import { inputOptions } from '../engine/input-options.ts'
import type { Probe } from '../engine/probe.ts'
import { type Micros, whole } from '../lib/time.ts'
import type { Processes } from '../process/open.ts'
import { frameTimes, type Times } from './packet-frames.ts'

/**
 * The probe with the times of what can be decoded; a stream of which nothing can is left out. Where packets are lost or
 * damaged, that is less than they promise. Throws what `Processes.run` throws, but for complaints of the decoders.
 */
export async function probeByDecoding(
  processes: Processes,
  file: string,
  probe: Probe,
  { capabilities, signal }: { readonly capabilities: Capabilities; readonly signal?: AbortSignal },
): Promise<Probe> {
  const { demuxer, video, audio, ...rest } = probe
  const streams = [video, audio].filter(stream => stream !== undefined)
  const reader = frameReader()
  const args = [
    ...['-v', 'quiet', '-nostdin', ...inputOptions(demuxer)],
    ...inputClock(probe, new Set(streams.map(({ index }) => index)), capabilities.habits),
    ...['-i', 'file:/in/0', ...streams.flatMap(({ index }) => ['-map', `0:${index}`])],
    ...['-fps_mode', 'passthrough', '-enc_time_base:v', '1/1000000', '-c:v', 'wrapped_avframe', '-c:a', 'pcm_s16le'],
    ...['-f', 'framecrc', 'pipe:1'],
  ]
  await processes.run({ program: 'ffmpeg', args }, { reads: [file] }, { signal, onLine: reader.read, limits: LIMITS })
  const times = reader.end()
  const timed = <Stream extends NonNullable<Probe['video'] | Probe['audio']>>(stream: Stream | undefined) => {
    const found = stream && times[streams.indexOf(stream)]
    return found && { ...stream, startUs: whole(found.startUs), durationUs: whole(lengthOf(found, stream)) }
  }
  const [seen, heard] = [timed(video), timed(audio)]
  const ends = [seen, heard].flatMap(stream => (stream ? [stream.startUs + stream.durationUs] : []))
  return {
    ...rest,
    demuxer,
    ...(ends.length > 0 && { durationUs: Math.max(...ends) }),
    ...(seen && { video: seen }),
    ...(heard && { audio: heard }),
  }
}

const LIMITS = { wallMs: 60 * 60_000, outputBytes: 0 } as const

// Frames of some versions do not say how long they are: the last one lasts as its packet did, but not past it.
function lengthOf({ startUs, lastUs, endUs }: Times, stream: { startUs: Micros; durationUs?: Micros }): Micros {
  const packetsEndUs = stream.startUs + (stream.durationUs ?? 0)
  const longestUs = 'longestFrameUs' in stream ? Number(stream.longestFrameUs) : 0
  return Math.max(endUs, Math.min(packetsEndUs, lastUs + longestUs)) - startUs
}

// "#tb 0: 1/1000000" tells the clock of a stream, "0, 512, 512, 512, 64, 0x…" is a frame: stream, dts, pts, duration.
function frameReader() {
  const ticksUs: number[] = []
  const streams: ReturnType<typeof frameTimes>[] = []
  return {
    read(line: string): void {
      const clock = /^#tb (\d+): (\d+)\/(\d+)/.exec(line)
      if (clock) {
        ticksUs[Number(clock[1])] = (Number(clock[2]) * 1_000_000) / Number(clock[3])
        streams[Number(clock[1])] = frameTimes()
      }
      const frame = /^(\d+), *-?\d+, *(-?\d+), *(\d+),/.exec(line)
      const [index, pts, duration] = (frame ?? []).slice(1).map(Number)
      const tickUs = ticksUs[index ?? -1] ?? 0
      if (index !== undefined) streams[index]?.read((pts ?? 0) * tickUs, (duration ?? 0) * tickUs)
    },
    end: () => streams.map(stream => stream.sum()),
  }
}
