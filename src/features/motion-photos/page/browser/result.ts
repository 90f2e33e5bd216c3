// result: what was made: the still, which moves while it is pointed at, pressed, or toggled by a key; and the download.
import { type ConvertedFile, splitMotionPhoto } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { sizeText } from './times.ts'

export type Result = {
  /** Resolves when it is in sight. */
  show(file: ConvertedFile, title?: string): Promise<void>
  /** Whether it is what would be made now. */
  mark(state: 'current' | 'old'): void
  /** Forgets it, and frees its memory. */
  clear(): void
}

export function openResult(): Result {
  const section = find('result', HTMLElement)
  const still = find('still', HTMLImageElement)
  const clip = find('clip', HTMLVideoElement)
  const moving = openMoving()
  let urls: string[] = []
  const toUrl = (bytes: Uint8Array<ArrayBuffer>, type: string) => {
    const url = URL.createObjectURL(new Blob([bytes], { type }))
    urls.push(url)
    return url
  }

  function clear(): void {
    moving.stop()
    hide(section)
    for (const element of [still, clip]) element.removeAttribute('src')
    for (const url of urls) URL.revokeObjectURL(url)
    urls = []
  }

  function mark(state: 'current' | 'old'): void {
    section.classList.toggle('old', state === 'old')
    find('result-old', HTMLParagraphElement).hidden = state === 'current'
  }

  return {
    clear,
    mark,
    async show({ bytes, name, type }, title = 'Here it is') {
      clear()
      mark('current')
      const whole = toUrl(bytes, type)
      const parts = splitMotionPhoto(bytes)
      const clipUrl = parts ? toUrl(parts.clip, 'video/mp4') : type.startsWith('video/') ? whole : undefined
      place(still, type.startsWith('image/') ? whole : undefined)
      place(clip, clipUrl)
      clip.loop = !parts
      Object.assign(find('download', HTMLAnchorElement), { href: whole, download: name })
      find('result-name', HTMLSpanElement).textContent = name
      find('result-size', HTMLSpanElement).textContent = sizeText(bytes.length)
      find('result-hint', HTMLParagraphElement).textContent = parts
        ? 'Point at it, or press and hold, to see it move.'
        : ''
      show(section)
      const heading = find('result-title', HTMLHeadingElement)
      heading.textContent = title
      // What is not there yet has no height.
      if (type.startsWith('image/')) await still.decode().catch(() => undefined)
      else await loaded(clip)
      heading.focus({ preventScroll: true })
      bringIntoSight(section)
      if (clipUrl && !matchMedia('(prefers-reduced-motion: reduce)').matches) moving.start()
    },
  }
}

function loaded(video: HTMLVideoElement): Promise<void> {
  return new Promise(resolve => {
    for (const event of ['loadeddata', 'error']) video.addEventListener(event, () => resolve(), { once: true })
  })
}

/** All of it where there is room, and else from its beginning. */
function bringIntoSight(section: HTMLElement): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const fits = section.offsetHeight < window.innerHeight
  section.scrollIntoView({ block: fits ? 'center' : 'start', behavior: isCalm ? 'auto' : 'smooth' })
}

function place(element: HTMLImageElement | HTMLVideoElement, url: string | undefined): void {
  element.hidden = url === undefined
  if (url !== undefined) element.src = url
}

function openMoving(): { start(): void; stop(): void } {
  const button = find('live', HTMLButtonElement)
  const clip = find('clip', HTMLVideoElement)
  const set = (state: 'moving' | 'still') => {
    button.classList.toggle('moving', state === 'moving')
    button.setAttribute('aria-pressed', String(state === 'moving'))
  }
  const start = () => {
    if (clip.hidden) return
    clip.currentTime = 0
    set('moving')
    void clip.play().catch(() => undefined)
  }
  const stop = () => {
    set('still')
    clip.pause()
  }
  button.addEventListener('pointerenter', event => event.pointerType === 'mouse' && start())
  button.addEventListener('pointerdown', event => event.pointerType !== 'mouse' && start())
  for (const event of ['pointerup', 'pointercancel', 'pointerleave'] as const)
    button.addEventListener(
      event,
      ({ pointerType, type }) => (pointerType !== 'mouse' || type === 'pointerleave') && stop(),
    )
  // A key makes a click without a pointer.
  button.addEventListener('click', ({ detail }) => {
    if (detail !== 0) return
    if (button.classList.contains('moving')) stop()
    else start()
  })
  // A long press would otherwise ask what to do with the picture.
  button.addEventListener('contextmenu', event => event.preventDefault())
  clip.addEventListener('ended', stop)
  return { start, stop }
}
