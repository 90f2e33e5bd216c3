// inspection: what a finished photo is, what each kind of software makes of it, and its parts to take away.
import type { ConvertedFile, PhotoInspection, ReaderName, ReaderVerdict } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { clipOf, type Looked } from './reuse.ts'
import { sizeText } from './times.ts'

type Part = 'still' | 'clip'

export type Inspection = {
  show(looked: Looked): void
  /** Forgets it, and frees its memory. */
  clear(): void
}

export type InspectionEvents = {
  /** What it resolves with is handed to whoever looks. */
  onTake(photo: File, part: Part): Promise<ConvertedFile | undefined>
  onEdit(looked: Looked): void
  onRepair(looked: Looked): void
}

export function openInspection({ onTake, onEdit, onRepair }: InspectionEvents): Inspection {
  const section = find('inspection', HTMLElement)
  const still = find('photo-still', HTMLImageElement)
  const clip = find('photo-clip', HTMLVideoElement)
  // Pictures and videos of kinds that this browser does not show are told of in words alone.
  for (const element of [still, clip]) element.addEventListener('error', () => hide(element))
  let looked: Looked | undefined
  let urls: string[] = []

  function place(element: HTMLImageElement | HTMLVideoElement, bytes: Blob | undefined): void {
    element.hidden = bytes === undefined
    if (!bytes) return
    const url = URL.createObjectURL(bytes)
    urls.push(url)
    element.src = url
  }

  function clear(): void {
    hide(section)
    for (const element of [still, clip]) element.removeAttribute('src')
    for (const url of urls) URL.revokeObjectURL(url)
    urls = []
    looked = undefined
  }

  const on = (id: string, act: (looked: Looked) => void) =>
    find(id, HTMLButtonElement).addEventListener('click', () => looked && act(looked))
  for (const part of ['still', 'clip'] as const)
    on(`take-${part}`, async ({ photo }) => {
      const taken = await onTake(photo, part)
      if (taken) download(taken)
    })
  on('edit', onEdit)
  on('repair', onRepair)

  return {
    clear,
    show(next) {
      clear()
      looked = next
      const { photo, found } = next
      const { offset = 0, length = 0 } = found.video ?? {}
      place(still, photo)
      place(clip, found.video && photo.slice(offset, offset + length, 'video/mp4'))
      for (const part of ['still', 'clip']) find(`take-${part}`, HTMLButtonElement).hidden = !found.video
      const isOpen = clipOf(next) !== undefined
      find('edit', HTMLButtonElement).hidden = !isOpen
      find('repair-offer', HTMLDivElement).hidden = !isOpen || playsEverywhere(found)
      write(found)
      show(section)
      find('inspection-title', HTMLHeadingElement).focus({ preventScroll: true })
    },
  }
}

const KINDS: Readonly<Record<PhotoInspection['kind'], string>> = {
  motion_photo: 'A motion photo',
  micro_video: 'A motion photo of the older kind',
  samsung: 'A motion photo by Samsung',
  huawei: 'A moving picture by Huawei',
  appended_video: 'A picture with a video that nothing tells of',
  still: 'A picture that does not move',
}

const READERS: Readonly<Record<ReaderName, string>> = {
  google: 'Google Photos and others, by the standard',
  media3: "Android's own player",
  microvideo: 'Older galleries',
  samsung: 'Samsung Gallery',
  heic: 'Readers of HEIC and AVIF',
  brute: 'Programs that search for a video',
}

function write({ kind, file, video, readers, advice }: PhotoInspection): void {
  find('inspection-title', HTMLHeadingElement).textContent = KINDS[kind]
  find('inspection-facts', HTMLParagraphElement).textContent = [
    `${file.name}, ${sizeText(file.size)}`,
    ...(file.width && file.height ? [`${file.width} × ${file.height}`] : []),
    ...(video ? [`video ${[sizeText(video.length), ...lengthOf(video.duration), ...video.codecs].join(', ')}`] : []),
  ].join(' · ')
  find('inspection-readers', HTMLUListElement).replaceChildren(
    ...readersOf(file.mime).map(name => item(name, readers[name])),
  )
  find('inspection-advice', HTMLUListElement).replaceChildren(...advice.map(sentence => element('li', sentence)))
}

// Nobody looks into a JPEG for what only the other formats have.
function readersOf(mime: string): ReaderName[] {
  return (Object.keys(READERS) as ReaderName[]).filter(name => name !== 'heic' || mime !== 'image/jpeg')
}

// What is written anew is a JPEG, which all of these play.
function playsEverywhere({ file, readers }: PhotoInspection): boolean {
  return readersOf(file.mime).every(name => readers[name].works)
}

function lengthOf(durationS: number | undefined): string[] {
  return durationS === undefined ? [] : [`${durationS.toFixed(1)} s`]
}

function item(name: ReaderName, { works, found, problems }: ReaderVerdict): HTMLLIElement {
  const entry = element('li', '')
  entry.className = works ? 'works' : ''
  entry.append(element('strong', READERS[name]), element('span', works ? 'plays it' : found ? 'fails' : 'sees a still'))
  // What one does not look for is no problem.
  if (found || works) entry.append(...problems.map(({ message }) => element('small', message)))
  return entry
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), { textContent: text })
}

function download({ bytes, name, type }: ConvertedFile): void {
  const href = URL.createObjectURL(new Blob([bytes], { type }))
  Object.assign(document.createElement('a'), { href, download: name }).click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
