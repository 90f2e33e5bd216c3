// demo-clip: ten seconds of 1080p with moving patterns and a sound in the rhythm of speech, made on the spot.
import { outputPath } from '../engine/command.ts'
import { openProcesses } from '../process/open.ts'

const CLIP_SECONDS = 10

/** Writes `clip.mp4` into a directory, in the same box and under the same limits as any job. */
export async function makeClip(directory: string): Promise<void> {
  const processes = await openProcesses({ sandbox: 'auto' })
  await processes.run({ program: 'ffmpeg', args: clipArguments() }, { reads: [], writes: directory })
}

function clipArguments(): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'],
    ...['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=30:duration=${CLIP_SECONDS}`],
    ...['-f', 'lavfi', '-i', `aevalsrc=exprs='${voice()}':sample_rate=48000:duration=${CLIP_SECONDS}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', outputPath('clip.mp4')],
  ]
}

// A buzz with two overtones that glide like vowels, four syllables a second, and a breath now and then.
function voice(): string {
  const buzz = 'sin(2*PI*130*t)+0.6*sin(2*PI*260*t)'
  const vowels = '0.4*sin(2*PI*700*t+30*sin(2*PI*1.3*t))+0.2*sin(2*PI*1200*t+40*sin(2*PI*0.9*t))'
  const syllables = '(0.5-0.5*cos(2*PI*4*t))*gt(sin(2*PI*0.4*t),-0.6)'
  return `0.2*(${buzz}+${vowels})*${syllables}`
}
