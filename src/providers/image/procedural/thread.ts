// thread: what runs beside the event loop: paints a picture, encodes it, hands it over, waits for the next.
import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import sharp from 'sharp'
import type { Canvas, Commission, Report } from './messages.ts'
import { chooseScene, countRows, paint } from './paint.ts'

/** Under answering, as children that encode are. */
const NICE = 10

class Stopped extends Error {}

// On Linux a priority belongs to a thread: this lowers the painter's alone. Elsewhere it would be the whole process's.
if (process.platform === 'linux' && getPriority() < NICE) setPriority(NICE)
// One picture, one thread: bytes that do not depend on the machine's cores, and no more threads than we started.
sharp.concurrency(1)
sharp.cache(false)

parentPort?.on('message', (commission: Commission) => void serve(commission))

async function serve({ canvas, stop }: Commission): Promise<void> {
  try {
    const pixels = paint(canvas, watching(canvas, stop))
    const bytes = new Uint8Array(await encode(canvas, pixels))
    parentPort?.postMessage({ kind: 'done', bytes, warnings: warningsOf(canvas) } satisfies Report, [bytes.buffer])
  } catch (error) {
    if (error instanceof Stopped) return say({ kind: 'stopped' })
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

function warningsOf({ prompt }: Canvas): string[] {
  const { scene, isAsked } = chooseScene(prompt)
  return isAsked
    ? []
    : [`No word of the prompt names what this program can paint: it chose ${scene.name}, in the mood of the words`]
}

/** Counts rows, tells of every twentieth of them, and stops where nobody wants them. */
function watching(canvas: Canvas, stop: Int32Array): () => void {
  const total = countRows(canvas)
  let done = 0
  let told = 0
  return () => {
    if (Atomics.load(stop, 0) !== 0) throw new Stopped()
    done += 1
    if (done / total < told + 0.05) return
    told = done / total
    say({ kind: 'progress', fraction: Math.min(1, told) })
  }
}

function encode({ widthPx, heightPx, format, quality }: Canvas, pixels: Uint8Array): Promise<Buffer> {
  const image = sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
  const kept = Math.max(1, Math.round(quality))
  switch (format) {
    case 'png':
      return image.png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }).toBuffer()
    case 'jpg':
      // Full colour: 4:2:0 smears the small lights that these pictures are full of.
      return image.jpeg({ quality: kept, chromaSubsampling: '4:4:4', mozjpeg: false }).toBuffer()
    case 'webp':
      return image.webp({ quality: kept, effort: 4 }).toBuffer()
    default:
      return format satisfies never
  }
}

function say(report: Report): void {
  parentPort?.postMessage(report)
}
