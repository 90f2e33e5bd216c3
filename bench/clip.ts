// clip: the source of every bench: a minute of moving picture, 1080p, with sound.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/** `clip.mp4`, and `half.mp4`: its first thirty seconds. */
export async function makeClips(directory: string): Promise<void> {
  const [clip, half] = [join(directory, 'clip.mp4'), join(directory, 'half.mp4')]
  await makeClip(clip)
  await execa('ffmpeg', ['-v', 'error', '-t', '30', '-i', clip, '-c', 'copy', half])
}

export async function makeClip(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const picture = 'testsrc2=size=1920x1080:rate=30:duration=60'
  const sound = 'sine=frequency=440:sample_rate=48000:duration=60'
  const encoding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '60',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-ac',
    '2',
  ]
  await execa('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...encoding, path])
}
