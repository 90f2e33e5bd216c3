// duration: how long a file really is, from the first instant of any of its streams to the last.
import { inputOptions } from '../engine/input-options.ts'
import { fromSeconds, type Micros } from '../lib/time.ts'
import { LIMITS, type Report, type Source } from './report.ts'
import { openingAll } from './undecodable.ts'

/** Zero when there is not a single packet. */
export async function wholeDurationUs(source: Source, { format, log }: Report): Promise<Micros> {
  const toldUs = seconds(format.duration)
  // MediaRecorder's WebM does not say, and a guess from the first frames' bit rate can be far off: read the packets.
  if (toldUs === undefined || log.includes('Estimating duration from bitrate')) return scannedUs(source)
  // Matroska tells when it ends, not how long it is.
  return source.demuxer === 'matroska' ? toldUs - (seconds(format.start_time) ?? 0) : toldUs
}

/** When the last frame of a stream ends, on the file's own clock: what its packets say, not what the file says. */
export async function streamEndUs(source: Source, index: number): Promise<Micros | undefined> {
  const { lastUs } = await scanned(source, ['-select_streams', String(index)])
  return Number.isFinite(lastUs) ? lastUs : undefined
}

/** A time as ffprobe prints it; undefined for `N/A` or nothing. */
export function seconds(text: string | undefined): Micros | undefined {
  const value = Number(text ?? Number.NaN)
  return Number.isFinite(value) ? fromSeconds(value) : undefined
}

async function scannedUs(source: Source): Promise<Micros> {
  const { firstUs, lastUs } = await scanned(source, [])
  return Math.max(0, lastUs - firstUs)
}

async function scanned({ processes, file, demuxer, signal }: Source, options: readonly string[]) {
  const shown = ['-show_entries', 'packet=codec_type,pts_time,duration_time', '-of', 'csv=p=0', 'file:/in/0']
  let firstUs = Number.POSITIVE_INFINITY
  let lastUs = Number.NEGATIVE_INFINITY
  const onLine = (line: string) => {
    const [kind, pts, duration] = line.split(',')
    const startUs = seconds(pts)
    if (startUs === undefined || (kind !== 'video' && kind !== 'audio')) return
    firstUs = Math.min(firstUs, startUs)
    lastUs = Math.max(lastUs, startUs + (seconds(duration) ?? 0))
  }
  await openingAll(opening => {
    const args = ['-v', 'warning', ...inputOptions(demuxer), ...opening, ...options, ...shown]
    return processes.run({ program: 'ffprobe', args }, { reads: [file] }, { signal, onLine, limits: LIMITS })
  })
  return { firstUs, lastUs }
}
