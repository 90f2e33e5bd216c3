// viewer: one picture large, with all that is known of it and all that can be done with it.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Job, Model } from './answers.ts'
import { listenForDeeds } from './deeds.ts'
import { showFacts, showTrouble } from './facts.ts'
import { askJob } from './follow.ts'
import type { Gallery } from './gallery.ts'
import { wordsFor } from './notices.ts'
import { pictureUrl, provenanceUrl } from './service.ts'
import type { Picture } from './tiles.ts'

export type Viewer = { open(picture: Picture): void; close(): void }

export type Shown = { readonly picture: Picture; readonly job: Promise<Job> }

// Whoever leafs through quickly does not ask about every picture.
const LEAF_MS = 250

type Means = {
  gallery(): Gallery
  /** By its name; a model may be gone. */
  model(name: string): Model | undefined
  /** Another picture is wanted, as this job made it. */
  onAgain(job: Job): void
}

export function openViewer({ gallery, model, onAgain }: Means): Viewer {
  const dialog = find('viewer', HTMLDialogElement)
  const jobs = new Map<string, Promise<Job>>()
  let shown: Shown | undefined

  const jobOf = (id: string) => {
    const asked = jobs.get(id) ?? askJob(id)
    jobs.set(id, asked)
    asked.catch(() => jobs.delete(id))
    return asked
  }

  function show(picture: Picture): void {
    const isNew = shown?.picture.id !== picture.id
    if (!isNew && dialog.open) return
    const settled = new Promise(resolve => setTimeout(resolve, jobs.has(picture.jobId) ? 0 : LEAF_MS))
    const job = settled.then(() =>
      shown?.picture === picture ? jobOf(picture.jobId) : Promise.reject(new Error('gone on')),
    )
    shown = { picture, job }
    display(picture, gallery())
    showFacts(picture)
    job
      .then(found => shown?.picture === picture && showFacts(picture, found, model(found.model)))
      .catch(thrown => shown?.picture === picture && showTrouble(wordsFor(thrown)))
  }

  function step(by: 1 | -1): void {
    const next = shown && gallery().beside(shown.picture, by)
    if (next) show(next)
  }

  const viewer: Viewer = {
    open(picture) {
      show(picture)
      if (!dialog.open) dialog.showModal()
    },
    close: () => dialog.close(),
  }
  dialog.addEventListener('close', () => {
    if (shown) gallery().focus(shown.picture)
    shown = undefined
  })
  listenForSteps(dialog, step)
  listenForDeeds({
    shown: () => shown,
    onAgain(job) {
      viewer.close()
      onAgain(job)
    },
    onRemoved(picture) {
      const next = gallery().beside(picture, 1) ?? gallery().beside(picture, -1)
      gallery().remove(picture)
      if (next) show(next)
      else viewer.close()
    },
  })
  return viewer
}

function display(picture: Picture, gallery: Gallery): void {
  const { id, prompt, size } = picture
  const image = find('viewer-picture', HTMLImageElement)
  image.width = size.width
  image.height = size.height
  image.alt = prompt
  image.src = pictureUrl(id)
  find('viewer-prompt', HTMLParagraphElement).textContent = prompt
  find('viewer-download', HTMLAnchorElement).href = pictureUrl(id)
  find('viewer-provenance', HTMLAnchorElement).href = provenanceUrl(id)
  find('viewer-before', HTMLButtonElement).disabled = !gallery.beside(picture, -1)
  find('viewer-after', HTMLButtonElement).disabled = !gallery.beside(picture, 1)
}

function listenForSteps(dialog: HTMLDialogElement, step: (by: 1 | -1) => void): void {
  find('viewer-before', HTMLButtonElement).addEventListener('click', () => step(-1))
  find('viewer-after', HTMLButtonElement).addEventListener('click', () => step(1))
  find('viewer-close', HTMLButtonElement).addEventListener('click', () => dialog.close())
  dialog.addEventListener('keydown', event => {
    if (event.key === 'ArrowLeft') step(-1)
    else if (event.key === 'ArrowRight') step(1)
    else return
    event.preventDefault()
  })
  // Beside the picture and its facts there is only the backdrop.
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
}
