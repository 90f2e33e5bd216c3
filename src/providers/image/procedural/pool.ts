// pool: the threads that paint: started when there is something to paint, one picture each, ended when there is not.
import { Worker } from 'node:worker_threads'
import { AppError } from '../../../lib/errors.ts'
import type { Canvas, Commission, Report } from './messages.ts'

export interface Pool extends AsyncDisposable {
  /** Rejects at once with the signal's reason when it aborts; `provider_failed` when the thread could not, or died. */
  paint(canvas: Canvas, work: Work): Promise<Painting>
}

export type Painting = { readonly bytes: Buffer; readonly warnings: readonly string[] }
type Work = { readonly signal: AbortSignal; progress(fraction: number): void }
type Task = Work & Commission & { resolve(painting: Painting): void; reject(error: unknown): void; dispose(): void }
/** `busy` until the thread has said that it is free; `task` only while somebody waits for it. */
type Painter = { readonly worker: Worker; task: Task | undefined; busy: boolean }

/** Threads that nobody needed for so long are ended. */
const IDLE_MS = 30_000

export function openPool(thread: URL, size: number, idleMs = IDLE_MS): Pool {
  const painters = new Set<Painter>()
  const waiting: Task[] = []
  let isClosed = false
  let idle: NodeJS.Timeout | undefined
  let free = () => {}

  function next(): void {
    clearTimeout(idle)
    while (waiting.length > 0) {
      const painter = [...painters].find(({ busy }) => !busy) ?? (painters.size < size ? hire() : undefined)
      const task = painter && waiting.shift()
      if (!painter || !task) return
      give(painter, task)
    }
    if ([...painters].some(({ busy }) => busy)) return
    free()
    idle = setTimeout(() => void dismiss(), idleMs).unref()
  }

  function hire(): Painter {
    // Not the flags of this process: some of them, such as --input-type, are for its own program only.
    const worker = new Worker(thread, { name: 'painter', execArgv: [] })
    const painter: Painter = { worker, task: undefined, busy: false }
    painters.add(painter)
    worker.unref()
    worker.on('message', (report: Report) => hear(painter, report))
    // What it died of is told by `exit`, which always follows.
    worker.on('error', cause => settle(painter, task => task.reject(failure('A painter died', cause))))
    worker.on('exit', () => {
      painters.delete(painter)
      settle(painter, task => task.reject(failure('A painter died')))
      painter.busy = false
      next()
    })
    return painter
  }

  function hear(painter: Painter, report: Report): void {
    if (report.kind === 'progress') {
      painter.task?.progress(report.fraction)
      return
    }
    settle(painter, task => {
      if (report.kind === 'done') task.resolve({ bytes: Buffer.from(report.bytes.buffer), warnings: report.warnings })
      else task.reject(failure('It could not be painted', report.kind === 'failed' ? report.message : undefined))
    })
    painter.busy = false
    painter.worker.unref()
    next()
  }

  async function dismiss(): Promise<void> {
    clearTimeout(idle)
    const leaving = [...painters]
    painters.clear()
    await Promise.all(leaving.map(({ worker }) => worker.terminate()))
  }

  return {
    paint(canvas, { signal, progress }) {
      if (isClosed) return Promise.reject(stopping())
      if (signal.aborted) return Promise.reject(signal.reason)
      const { promise, resolve, reject } = Promise.withResolvers<Painting>()
      const abort = () => drop(task, signal.reason)
      const dispose = () => signal.removeEventListener('abort', abort)
      const task: Task = {
        canvas,
        stop: new Int32Array(new SharedArrayBuffer(4)),
        signal,
        progress,
        resolve,
        reject,
        dispose,
      }
      signal.addEventListener('abort', abort, { once: true })
      waiting.push(task)
      next()
      return promise
    },

    async [Symbol.asyncDispose]() {
      isClosed = true
      const { promise, resolve } = Promise.withResolvers<void>()
      free = resolve
      for (const task of [...waiting, ...[...painters].flatMap(({ task }) => task ?? [])]) drop(task, stopping())
      next()
      // A thread is ended between two pictures: inside one, native code of the encoder may still be at work in it.
      await promise
      await dismiss()
    },
  }

  /** Nobody wants it any more: out of the row, or off the easel. */
  function drop(task: Task, reason: unknown): void {
    const place = waiting.indexOf(task)
    if (place >= 0) waiting.splice(place, 1)
    Atomics.store(task.stop, 0, 1)
    for (const painter of painters) if (painter.task === task) painter.task = undefined
    task.dispose()
    task.reject(reason)
  }
}

function give(painter: Painter, task: Task): void {
  painter.busy = true
  painter.task = task
  painter.worker.ref()
  painter.worker.postMessage({ canvas: task.canvas, stop: task.stop } satisfies Commission)
}

function settle(painter: Painter, how: (task: Task) => void): void {
  const { task } = painter
  painter.task = undefined
  task?.dispose()
  if (task) how(task)
}

function failure(what: string, cause?: unknown): AppError {
  return new AppError('provider_failed', `Procedural error: ${what}`, { cause })
}

function stopping(): AppError {
  return new AppError('worker_stopping', 'The painters are stopping')
}
