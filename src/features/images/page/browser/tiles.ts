// tiles: what stands in the gallery: pictures, and the places of those that are being made.
import type { ListedJob, Media, Size } from './answers.ts'
import { pictureUrl } from './service.ts'

export type Picture = {
  readonly id: string
  readonly jobId: string
  readonly prompt: string
  readonly createdAt: string
  readonly size: Size
  /** Which of the job's, from 1. */
  readonly number: number
  readonly count: number
}

/** A square, until somebody says better. */
const UNKNOWN: Size = { width: 1024, height: 1024 }

export function picturesOf({ id: jobId, prompt, created_at: createdAt, media }: ListedJob): Picture[] {
  const all: readonly Partial<Media>[] = media ?? []
  return all.map(({ id = '', width, height }, index) => {
    const size = width && height ? { width, height } : UNKNOWN
    return { id, jobId, prompt, createdAt, size, number: index + 1, count: all.length }
  })
}

export function pictureTile(picture: Picture, onOpen: () => void): HTMLLIElement {
  const tile = emptyTile(picture.size)
  tile.dataset['picture'] = picture.id
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'picture'
  button.addEventListener('click', onOpen)
  button.append(imageOf(picture))
  tile.append(button)
  return tile
}

/** As large as a picture of this size, so that nothing moves when that comes. */
export function emptyTile(size: Size): HTMLLIElement {
  const tile = document.createElement('li')
  tile.className = 'tile'
  tile.style.setProperty('--shape', String(size.width / size.height))
  return tile
}

function imageOf({ id, prompt, size }: Picture): HTMLImageElement {
  const image = document.createElement('img')
  image.loading = 'lazy'
  image.decoding = 'async'
  image.width = size.width
  image.height = size.height
  image.alt = prompt
  const settle = () => image.classList.add('there')
  image.addEventListener('load', settle, { once: true })
  image.addEventListener('error', settle, { once: true })
  image.src = pictureUrl(id)
  return image
}
