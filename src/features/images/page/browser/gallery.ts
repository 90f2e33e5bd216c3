// gallery: all pictures, newest first: those that the service has, page by page, and those that come meanwhile.
import { find } from '../../../../web/page/browser/elements.ts'
import type { ListedJob } from './answers.ts'
import { complain } from './notices.ts'
import { service } from './service.ts'
import { type Picture, picturesOf, pictureTile } from './tiles.ts'

export type Gallery = {
  /** Puts the place of a picture to come in front; `seen`: into sight, too. */
  place(tile: HTMLElement, manner: 'seen' | 'quiet'): void
  /** The form says something else than what the newest pictures were made by. */
  age(): void
  /** What a job has made takes the place of its tile. */
  replace(tile: HTMLElement, job: ListedJob): void
  /** Fetches the next page. */
  older(): Promise<void>
  /** The picture beside this one, and undefined at the ends. */
  beside(picture: Picture, step: 1 | -1): Picture | undefined
  remove(picture: Picture): void
  focus(picture: Picture): void
}

const PER_PAGE = 20

export function openGallery(onOpen: (picture: Picture) => void): Gallery {
  const list = find('gallery', HTMLUListElement)
  const more = find('older', HTMLButtonElement)
  const shown = new Map<string, Picture>()
  let page = 0

  const tilesOf = (job: ListedJob) =>
    picturesOf(job)
      .filter(({ id }) => !shown.has(id))
      .map(picture => {
        shown.set(picture.id, picture)
        return pictureTile(picture, () => onOpen(picture))
      })
  const tileOf = ({ id }: Picture) => list.querySelector<HTMLElement>(`[data-picture="${id}"]`)

  async function older(): Promise<void> {
    more.disabled = true
    try {
      const { jobs, has_next } = await service.list({ status: 'completed', page: page + 1, per_page: PER_PAGE })
      page += 1
      // What has come since the page before pushes the rest on: some of these are there already.
      list.append(...jobs.flatMap(tilesOf))
      more.hidden = !has_next
    } catch (thrown) {
      complain(thrown)
    } finally {
      more.disabled = false
      sayWhenEmpty(list)
    }
  }

  more.addEventListener('click', () => void older())
  return {
    older,
    place(tile, manner) {
      list.prepend(tile)
      sayWhenEmpty(list)
      if (manner === 'seen') bringIntoSight(tile)
    },
    replace(tile, job) {
      const tiles = tilesOf(job)
      for (const before of list.querySelectorAll('.age')) before.remove()
      for (const made of tiles) made.append(ageLabel())
      tile.replaceWith(...tiles)
      sayWhenEmpty(list)
    },
    age() {
      for (const label of list.querySelectorAll('.age')) {
        label.classList.add('old')
        label.textContent = 'Before your changes'
      }
    },
    beside(picture, step) {
      const ids = [...list.querySelectorAll<HTMLElement>('[data-picture]')].map(
        ({ dataset }) => dataset['picture'] ?? '',
      )
      return shown.get(ids[ids.indexOf(picture.id) + step] ?? '')
    },
    remove(picture) {
      tileOf(picture)?.remove()
      sayWhenEmpty(list)
    },
    focus: picture => tileOf(picture)?.querySelector('button')?.focus(),
  }
}

function ageLabel(): HTMLElement {
  const label = document.createElement('span')
  label.className = 'age'
  label.textContent = 'New'
  return label
}

function bringIntoSight(tile: HTMLElement): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  // Whoever writes with a finger has a keyboard over half of the page.
  if (!matchMedia('(hover: hover)').matches) find('prompt', HTMLTextAreaElement).blur()
  tile.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'auto' : 'smooth' })
}

function sayWhenEmpty(list: HTMLUListElement): void {
  find('empty', HTMLDivElement).hidden = list.childElementCount > 0
}
