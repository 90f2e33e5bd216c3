// making: an order is sent, its tile waits in the gallery, and what comes of it takes the tile's place.
import type { Job, Order, Size } from './answers.ts'
import { askJob, followJob } from './follow.ts'
import type { Gallery } from './gallery.ts'
import { type JobTile, openJobTile } from './job-tile.ts'
import { complain, tell, warn } from './notices.ts'
import { service } from './service.ts'

export type Making = {
  /** Resolves when the order has been accepted. Throws what the service refused it with. */
  start(order: Order, size?: Size): Promise<void>
  /** Goes on with a job that an earlier visit began. */
  resume(id: string): Promise<void>
  /** As it was made, with another seed. */
  again(job: Pick<Job, 'prompt' | 'parameters' | 'private'>, size: Size): void
}

/** `sizeOf`: which size a picture will have. */
export function openMaking(gallery: Gallery, sizeOf: (order: Pick<Order, 'parameters'>) => Size): Making {
  const making: Making = {
    async start(order, size = sizeOf(order)) {
      const created = await service.create(order)
      warn(created.warnings)
      tell('It has begun')
      const { id, estimated_completion_time: expectedS } = created
      const again = () => making.again(order, size)
      void watch({ id, prompt: order.prompt, size, expectedS, again, manner: 'seen' })
    },
    async resume(id) {
      const job = await askJob(id)
      const again = () => making.again(job, sizeOf(job))
      void watch({ id, prompt: job.prompt, size: sizeOf(job), again, manner: 'quiet' })
    },
    again({ prompt, parameters, private: keepsQuiet }, size) {
      const { seed: _other, ...rest } = parameters
      const order = { prompt, parameters: rest, ...(keepsQuiet && { private: true as const }) }
      making.start(order, size).catch(complain)
    },
  }

  async function watch({ id, prompt, size, expectedS, again, manner }: Watched): Promise<void> {
    const tile: JobTile = openJobTile(
      { prompt, size, ...(expectedS !== undefined && { expectedS }) },
      {
        onCancel() {
          tile.cancelling()
          service.cancel(id).catch(() => undefined)
        },
        onAgain() {
          tile.element.remove()
          again()
        },
        onDismiss: () => tile.element.remove(),
      },
    )
    gallery.place(tile.element, manner)
    try {
      settle(await followJob(id, tile.follow), tile)
    } catch (thrown) {
      tile.fail(thrown instanceof Error ? thrown.message : 'It was lost')
    }
  }

  function settle(job: Job, tile: JobTile): void {
    if (job.status === 'failed') {
      tile.fail(job.error_message ?? 'It failed')
      tell('It failed')
      return
    }
    gallery.replace(tile.element, job)
    tell(job.status === 'completed' ? 'Your picture is ready' : 'It is cancelled')
  }

  return making
}

type Watched = {
  readonly id: string
  readonly prompt: string
  readonly size: Size
  readonly expectedS?: number
  readonly manner: 'seen' | 'quiet'
  again(): void
}
