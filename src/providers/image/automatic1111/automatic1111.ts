// automatic1111: pictures from AUTOMATIC1111 and those that speak as it does: one request, whose answer is the pictures, with looks at how far it is meanwhile.
import { randomUUID } from 'node:crypto'
import { isGivenUp, openVendor } from '../../vendor.ts'
import { againWarnings } from '../again.ts'
import type { ImageProvider } from '../contract.ts'
import { argumentWarnings } from '../prompts.ts'
import { readAnswer } from './answer.ts'
import { modelsOf } from './models.ts'
import { requestOf } from './request.ts'
import { recognise } from './server.ts'
import type { Automatic1111Settings } from './settings.ts'
import { stopTask, taskIn, watchTask } from './task.ts'

// The work's own signal ends the wait.
const ONE_DAY_MS = 24 * 60 * 60_000

export function automatic1111Provider({ url, login, models }: Automatic1111Settings): ImageProvider {
  const name = 'AUTOMATIC1111'
  const authorization = login !== undefined && `Basic ${Buffer.from(login).toString('base64')}`
  const vendor = openVendor({ name, baseUrl: url, ...(authorization && { headers: { authorization } }) })
  const underWay = new Set<string>()
  return {
    name,
    models: modelsOf(models),
    async generate(order, work) {
      work.signal.throwIfAborted()
      const earlier = taskIn(work.notes.found)
      // What it makes is only ever in the answer to whoever asked, and they are gone: it need not go on.
      if (earlier) await stopTask(vendor, earlier, 'once')
      const server = await recognise(vendor, underWay.size, work.signal)
      const task = { task: `task(kinora-${randomUUID()})`, server }
      await work.notes.keep(task)
      underWay.add(task.task)
      const done = new AbortController()
      try {
        watchTask(vendor, task, work, done.signal)
        const answer = await vendor.order({
          ...{ method: 'POST', path: '/sdapi/v1/txt2img', body: requestOf(order, task) },
          ...{ timeoutMs: ONE_DAY_MS, signal: work.signal },
        })
        const generated = readAnswer(vendor, answer, order)
        const warnings = [...argumentWarnings(order.prompt), ...againWarnings(earlier), ...generated.warnings]
        return { ...generated, warnings }
      } catch (error) {
        if (isGivenUp(work.signal)) await stopTask(vendor, task, 'until it runs')
        throw error
      } finally {
        underWay.delete(task.task)
        done.abort()
      }
    },
  }
}
