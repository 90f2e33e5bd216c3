// deeds: what can be done with the picture in the viewer: copied, asked for again, proven, deleted.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Job } from './answers.ts'
import { wordsFor } from './notices.ts'
import { service } from './service.ts'
import type { Picture } from './tiles.ts'
import type { Shown } from './viewer.ts'

type Means = {
  shown(): Shown | undefined
  onAgain(job: Job): void
  onRemoved(picture: Picture): void
}

export function listenForDeeds({ shown, onAgain, onRemoved }: Means): void {
  on('viewer-copy-prompt', async button => copy(shown()?.picture.prompt, button))
  on('viewer-copy-seed', async button => copy(String(await seedOf(shown())), button))
  on('viewer-again', async () => {
    const job = await shown()?.job
    if (job) onAgain(job)
  })
  onTwice('viewer-delete', async () => {
    const picture = shown()?.picture
    if (!picture) return
    await service.remove(picture.id)
    say('The picture is deleted')
    onRemoved(picture)
  })
}

function say(words: string): void {
  find('viewer-status', HTMLParagraphElement).textContent = words
}

// What went wrong is said on the button itself: the dialog covers everything else.
function on(id: string, work: (button: HTMLButtonElement) => Promise<void>): void {
  const button = find(id, HTMLButtonElement)
  button.addEventListener('click', () => {
    work(button).catch(thrown => flash(button, wordsFor(thrown)))
  })
}

/** For what cannot be undone: the second press counts. */
function onTwice(id: string, work: () => Promise<void>): void {
  const words = find(id, HTMLButtonElement).textContent ?? ''
  let isArmed = false
  on(id, async button => {
    const wasArmed = isArmed
    isArmed = !isArmed
    button.classList.toggle('alarm', isArmed)
    button.textContent = isArmed ? 'Really delete' : words
    if (wasArmed) await work()
  })
  const disarm = () => {
    if (!isArmed) return
    isArmed = false
    find(id, HTMLButtonElement).classList.remove('alarm')
    find(id, HTMLButtonElement).textContent = words
  }
  find(id, HTMLButtonElement).addEventListener('blur', disarm)
  find('viewer', HTMLDialogElement).addEventListener('close', disarm)
}

async function copy(words: string | undefined, button: HTMLButtonElement): Promise<void> {
  if (!words) return
  if (navigator.clipboard) await navigator.clipboard.writeText(words)
  else copyByHand(words)
  flash(button, 'Copied')
}

// Over plain HTTP to another machine there is no clipboard but this.
function copyByHand(words: string): void {
  const area = document.createElement('textarea')
  area.value = words
  find('viewer', HTMLDialogElement).append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

function flash(button: HTMLButtonElement, words: string): void {
  const before = button.dataset['words'] ?? button.textContent ?? ''
  button.dataset['words'] = before
  button.textContent = words
  say(words)
  setTimeout(() => {
    button.textContent = before
  }, 2000)
}

// Of several pictures each has its own.
async function seedOf(shown?: Shown): Promise<number | ''> {
  const job = await shown?.job
  return job?.media?.find(({ id }) => id === shown?.picture.id)?.seed ?? job?.seed ?? ''
}
