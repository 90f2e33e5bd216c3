// facts: what is known of the picture in the viewer.
import { find } from '../../../../web/page/browser/elements.ts'
import { kindText } from './abilities.ts'
import type { Job, Model } from './answers.ts'
import { listItem, nameOf } from './notices.ts'
import type { Picture } from './tiles.ts'

/** Without a job, what the gallery knows; the places of the rest stay. */
export function showFacts(picture: Picture, job?: Job, model?: Pick<Model, 'kind'>): void {
  const media = job?.media?.find(({ id }) => id === picture.id)
  const { width, height } = picture.size
  const bytes = media?.file_size_bytes
  const facts = {
    Model: job && [job.model, model && kindText(model)].filter(Boolean).join(', '),
    Seed:
      job && `${media?.seed ?? job.seed}${picture.count > 1 ? `, picture ${picture.number} of ${picture.count}` : ''}`,
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
  list((job?.warnings ?? []).map(({ loc, msg }) => `${nameOf(loc)}: ${msg}`))
}

/** Why no more is known. */
export function showTrouble(words: string): void {
  list([words])
}

function list(sentences: readonly string[]): void {
  const items = find('viewer-warnings', HTMLUListElement)
  items.replaceChildren(...sentences.map(listItem))
  items.hidden = sentences.length === 0
}

function term(kind: 'dt' | 'dd', words: string): HTMLElement {
  const element = document.createElement(kind)
  element.textContent = words
  return element
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
