// facts: what is known of the picture in the viewer.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Job } from './answers.ts'
import { listItem, nameOf } from './notices.ts'
import type { Picture } from './tiles.ts'

/** Without a job, what the gallery knows; the places of the rest stay. */
export function showFacts(picture: Picture, job: Job | undefined): void {
  const media = job?.media?.find(({ id }) => id === picture.id)
  const { width, height } = picture.size
  const bytes = media?.file_size_bytes
  const facts = {
    Model: job && `${job.model}${job.provider === job.model ? '' : `, ${job.provider}`}`,
    Seed: job && `${job.seed}${picture.count > 1 ? `, picture ${picture.number} of ${picture.count}` : ''}`,
    Size: `${width} × ${height}${bytes === undefined ? '' : `, ${sizeText(bytes)}`}`,
    Made: new Date(picture.createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
    Took: job && (job.duration_seconds === null ? '' : `${job.duration_seconds.toFixed(1)} s`),
    ...(job?.private && { Prompt: 'kept out of the picture' }),
  }
  find('viewer-facts', HTMLDListElement).replaceChildren(
    ...Object.entries(facts).map(([name, value]) => {
      const row = document.createElement('div')
      row.append(term('dt', name), term('dd', value ?? '…'))
      return row
    }),
  )
  const warnings = job?.warnings ?? []
  const list = find('viewer-warnings', HTMLUListElement)
  list.replaceChildren(...warnings.map(({ loc, msg }) => listItem(`${nameOf(loc)}: ${msg}`)))
  list.hidden = warnings.length === 0
}

function term(kind: 'dt' | 'dd', words: string): HTMLElement {
  const element = document.createElement(kind)
  element.textContent = words
  return element
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
