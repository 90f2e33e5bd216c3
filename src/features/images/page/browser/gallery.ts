// gallery: all pictures, newest first: those that the service has, page by page, and those that come meanwhile.
import { find } from '../../../../web/page/browser/elements.ts'
import type { ListedJob } from './answers.ts'
import { complain } from './notices.ts'
import { service } from './service.ts'
import { type Picture, picturesOf, pictureTile } from './tiles.ts'

export type Gallery = {
  /** Puts the place of a picture to come in front. */
  place(tile: HTMLElement): void
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
    place(tile) {
      list.prepend(tile)
      sayWhenEmpty(list)
    },
    replace(tile, job) {
      tile.replaceWith(...tilesOf(job))
      sayWhenEmpty(list)
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

function sayWhenEmpty(list: HTMLUListElement): void {
  find('empty', HTMLDivElement).hidden = list.childElementCount > 0
}
