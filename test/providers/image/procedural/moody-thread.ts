// moody-thread: a painter for tests: its picture is its own number, and some prompts are too much for it.
import { parentPort, threadId } from 'node:worker_threads'
import type { Commission, Report } from '../../../../src/providers/image/procedural/messages.ts'

parentPort?.on('message', ({ canvas, stop }: Commission) => {
  switch (canvas.prompt) {
    case 'throw':
      throw new Error('too much')
    case 'exit':
      process.exit(1)
      break
    case 'fail':
      return say({ kind: 'failed', message: 'no paint' })
    case 'until stopped':
      Atomics.wait(stop, 0, 0)
      return say({ kind: 'stopped' })
    default:
      return say({ kind: 'done', bytes: new Uint8Array(new TextEncoder().encode(`${threadId}`)), warnings: [] })
  }
})

function say(report: Report): void {
  parentPort?.postMessage(report)
}
