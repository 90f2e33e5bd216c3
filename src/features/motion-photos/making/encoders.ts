// encoders: what is told to the encoders and muxers of clips and pictures; the same work looks the same each time.
import { outputPath } from '../../../engine/command.ts'
import type { Micros } from '../../../lib/time.ts'

export type ClipQuality = { readonly preset: string; readonly crf: number; readonly threads: number }

/** H.264 and AAC in an MP4 that telephones play. `durationUs` is when its last frame ends. */
export function clipOutput(name: string, durationUs: Micros, { preset, crf, threads }: ClipQuality): string[] {
  return [
    ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', preset, '-crf', `${crf}`],
    // Without frames that point ahead, the first is at zero: readers that know of no edit lists show the right one.
    ...['-bf', '0', '-threads:v', `${threads}`],
    ...['-fps_mode', 'vfr', '-enc_time_base:v', `1/${TICKS_HZ}`, '-video_track_timescale', `${TICKS_HZ}`],
    // The muxer would have the last frame last as long as the one before it, or not at all.
    ...['-bsf:v', `setts=duration='${frameDurations(durationUs)}'`],
    ...['-c:a', 'aac', '-b:a', '128k', '-flags', '+bitexact'],
    // Players need the index before the data to start without a second request.
    ...['-movflags', '+faststart', '-brand', 'mp42'],
    ...file(name, 'mp4'),
  ]
}

/** One JPEG, baseline, at a quality where nobody sees that it is one. */
export function stillOutput(name: string): string[] {
  return [...jpeg(2), ...file(name, 'image2')]
}

export function thumbnailOutput(name: string): string[] {
  return [...jpeg(5), ...file(name, 'image2')]
}

/** A line for each frame, with its time in microseconds; not a pixel is copied. */
export function listOutput(name: string): string[] {
  return [
    ...['-fps_mode', 'passthrough', '-enc_time_base:v', '1/1000000', '-c:v', 'wrapped_avframe'],
    ...['-fflags', '+bitexact', '-f', 'framecrc', outputPath(name)],
  ]
}

/** Endings, titles and places of the source stay with its owner; chapters would point to wrong places. */
export function file(name: string, muxer: string): string[] {
  const bare = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact']
  return [...bare, '-max_muxing_queue_size', '4096', '-f', muxer, outputPath(name)]
}

// Every frame rate we meet counts in these exactly, or nearly so.
const TICKS_HZ = 90_000

function frameDurations(durationUs: Micros): string {
  const endTicks = Math.round((durationUs * TICKS_HZ) / 1_000_000)
  return `if(eq(NEXT_PTS,NOPTS),max(1,${endTicks}-PTS),NEXT_PTS-PTS)`
}

function jpeg(quality: number): string[] {
  return ['-frames:v', '1', '-c:v', 'mjpeg', '-q:v', `${quality}`, '-threads:v', '1', '-flags', '+bitexact']
}
