// main: START HERE: a prompt is written, its picture is waited for in the gallery, and can be looked at closely.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Status } from './answers.ts'
import { openForm } from './form.ts'
import { openGallery } from './gallery.ts'
import { openMaking } from './making.ts'
import { complain, forgive, nameOf, warn } from './notices.ts'
import { Refusal } from './refusal.ts'
import { service } from './service.ts'
import { openViewer } from './viewer.ts'

const make = find('make', HTMLButtonElement)
const form = openForm(() => void submit())
const gallery = openGallery(picture => viewer.open(picture))
const making = openMaking(gallery, form.sizeOf)
const viewer = openViewer({
  gallery: () => gallery,
  model: form.model,
  onAgain: job => making.again(job, job.media?.[0] ?? form.sizeOf(job)),
})

find('composer', HTMLFormElement).addEventListener('input', gallery.age)
offerIdeas()
// Where it would not bring up a keyboard on the screen.
if (matchMedia('(hover: hover)').matches) find('prompt', HTMLTextAreaElement).focus()
await service.models().then(form.offer, complain)
await openPast()

async function submit(): Promise<void> {
  if (make.disabled) return
  form.forgive()
  forgive()
  warn()
  const order = form.read()
  // Nothing is asked for, and nothing that the limit counts.
  if (order.prompt === '')
    return void form.refuse([{ loc: ['body', 'prompt'], msg: 'Write what the picture is to show' }])
  make.disabled = true
  try {
    await making.start(order)
  } catch (thrown) {
    await refuse(thrown)
  } finally {
    make.disabled = false
  }
}

/** What does not fit is said where it stands; too often, and the button says when. */
async function refuse(thrown: unknown): Promise<void> {
  if (thrown instanceof Refusal && thrown.faults.length > 0) {
    const homeless = form.refuse(thrown.faults)
    if (homeless.length > 0) complain(new Error(homeless.map(({ loc, msg }) => `${nameOf(loc)}: ${msg}`).join('. ')))
    return
  }
  complain(thrown)
  if (!(thrown instanceof Refusal && thrown.status === 429)) return
  const words = make.textContent
  for (let left = thrown.retryAfterSeconds ?? 60; left > 0; left -= 1) {
    make.textContent = `Again in ${left} s`
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
  make.textContent = words
  forgive()
}

/** What is there, and what is still being made. */
async function openPast(): Promise<void> {
  await gallery.older()
  const states: readonly Status[] = ['processing', 'pending']
  const pages = states.map(status => service.list({ status, page: 1, per_page: 6 }))
  const open = (await Promise.all(pages).catch(() => [])).flatMap(({ jobs }) => jobs)
  const oldestFirst = open.toSorted((a, b) => a.created_at.localeCompare(b.created_at))
  for (const job of new Map(oldestFirst.map(job => [job.id, job])).values()) await making.resume(job.id).catch(complain)
}

function offerIdeas(): void {
  const ideas = [
    'A lighthouse on a cliff at dusk',
    'Snowy mountains under northern lights',
    'A city in the rain at night',
  ]
  find('ideas', HTMLParagraphElement).append(
    ...ideas.map(idea => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'button quiet'
      button.textContent = idea
      button.addEventListener('click', () => form.write(idea))
      return button
    }),
  )
}
