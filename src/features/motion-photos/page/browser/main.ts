// main: START HERE: a clip comes, is shown, is marked, becomes a photo; and the server forgets it when the page is left.

import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { complain, forgive } from './complaints.ts'
import { isPhoto, listenForFiles } from './drop.ts'
import { readFrames } from './frames.ts'
import { openInspection } from './inspection.ts'
import { openMeter, tell } from './meter.ts'
import { openResult } from './result.ts'
import { clipOf, type Looked, nameAnew, stillOf, stillTimeOf } from './reuse.ts'
import { openSession } from './session.ts'
import { openSettings, type Wishes } from './settings.ts'
import { firstSpan, moveMark } from './span.ts'
import { openStage } from './stage.ts'
import { openTimeline } from './timeline.ts'
import { clockText } from './times.ts'

const start = find('start', HTMLElement)
const editor = find('editor', HTMLElement)
const again = find('again', HTMLLabelElement)
const make = find('make', HTMLButtonElement)

const meter = openMeter()
const session = openSession()
const result = openResult()
const inspection = openInspection({
  onTake(photo, part) {
    forgive()
    return meter
      .during(`Getting the ${part}`, (signal, onProgress) => session.extract(photo, part, { signal, onProgress }))
      .catch(thrown => complain(thrown, 'photo'))
  },
  onEdit: looked => void edit(looked),
  onRepair: looked => void repair(looked),
})
const stage = openStage(atS => timeline.play(atS))
const settings = openSettings({ onChange: applySettings, onSubmit: () => void convert() })
const timeline = openTimeline({
  onChange(span) {
    forgive()
    stage.follow(span)
    // Whoever moves the still wants another one than the photo had.
    if (span.coverS !== keptAtS) settings.dropStill()
    sayLength()
    compare()
  },
  onHold: stage.hold,
  onRelease: stage.release,
})
let clip = new AbortController()
/** What the result was made by. */
let madeBy: string | undefined
/** Where the still is that a photo had. */
let keptAtS: number | undefined

listenForFiles(file => void (isPhoto(file) ? look(file) : prepare(file)))
window.addEventListener('pagehide', () => session.end())
// Kept by the browser and brought back: the server has forgotten the clip.
window.addEventListener('pageshow', event => event.persisted && location.reload())

/** Everything of the file before goes; the answer tells whether another one has come since. */
function begin(): AbortController {
  clip.abort()
  clip = new AbortController()
  forgive()
  madeBy = undefined
  keptAtS = undefined
  result.clear()
  settings.dropStill()
  inspection.clear()
  for (const element of [start, editor, again]) hide(element)
  return clip
}

async function look(photo: File): Promise<void> {
  const own = begin()
  const found = await meter
    .during('Looking into your photo', (signal, onProgress) => session.inspect(photo, { signal, onProgress }))
    .catch(thrown => failed(thrown, 'photo', own))
  if (clip !== own) return
  if (!found) return show(start)
  show(again)
  inspection.show({ photo, found })
}

/** Its clip becomes a new photo; its still stays until another moment is chosen. */
async function edit(looked: Looked): Promise<void> {
  const file = clipOf(looked)
  if (!file) return
  await prepare(file, durationS =>
    moveMark(moveMark(firstSpan(durationS), 'end', durationS), 'cover', stillTimeOf(looked, durationS)),
  )
  if (find('editor', HTMLElement).hidden) return
  keptAtS = timeline.span().coverS
  settings.keepStill(stillOf(looked))
}

/** Its still and its clip are written anew. */
async function repair(looked: Looked): Promise<void> {
  const own = clip
  const file = clipOf(looked)
  if (!file) return
  forgive()
  const made = await meter
    .during('Repairing your photo', async (signal, onProgress) => {
      const { duration } = await session.prepare(file, { signal, onProgress })
      const times = { rangeStart: 0, rangeEnd: duration, coverTime: stillTimeOf(looked, duration) }
      const whole = { ...times, speed: 1, layout: 'samsung', cover: stillOf(looked) } as const
      return await session.convert(whole, { signal, onProgress })
    })
    .catch(thrown => complain(thrown, 'photo'))
  if (!made || clip !== own) return
  const name = nameAnew(looked.photo)
  await result.show({ ...made, name }, 'Repaired')
  tell(`${name} is ready`)
}

async function prepare(file: File, spanOf = firstSpan): Promise<void> {
  const own = begin()
  const opened = await meter
    .during('Getting your clip ready', async (signal, onProgress) => {
      const { previewUrl, duration } = await session.prepare(file, { signal, onProgress })
      const [, frames] = await Promise.all([stage.open(previewUrl, signal), readFrames(previewUrl, duration, signal)])
      return { previewUrl, duration, frames }
    })
    .catch(thrown => failed(thrown, 'clip', own))
  if (clip !== own) return
  if (!opened) return show(start)
  for (const element of [editor, again]) show(element)
  timeline.open(opened, spanOf(opened.duration), clip.signal)
  applySettings(settings.read())
  tell('Your clip is ready')
  find('start-handle', HTMLDivElement).focus({ preventScroll: true })
}

/** There is nothing but the place for another file: what was wrong with this one is said there. */
function failed(thrown: unknown, sent: 'clip' | 'photo', own: AbortController): undefined {
  if (clip !== own) return
  show(start)
  complain(thrown, sent)
}

async function convert(): Promise<void> {
  forgive()
  const request = wanted()
  make.disabled = true
  const file = await meter
    .during('Making it', (signal, onProgress) => session.convert(request, { signal, onProgress }))
    .catch(thrown => complain(thrown, request.cover ? 'picture' : 'clip'))
  make.disabled = false
  if (!file) return
  await result.show(file)
  madeBy = keyOf(request)
  compare()
  tell(`${file.name} is ready`)
}

function wanted() {
  const { startS, endS, coverS } = timeline.span()
  return { ...settings.read(), rangeStart: startS, rangeEnd: endS, coverTime: coverS }
}

function compare(): void {
  result.mark(madeBy === undefined || madeBy === keyOf(wanted()) ? 'current' : 'old')
}

function keyOf({ cover, ...rest }: ReturnType<typeof wanted>): string {
  return JSON.stringify([rest, cover && [cover.name, cover.size]])
}

function applySettings({ speed, cover }: Wishes): void {
  forgive()
  stage.setSpeed(speed)
  timeline.useStill(cover)
  sayLength()
  compare()
}

function sayLength(): void {
  const { startS, endS } = timeline.span()
  find('length-text', HTMLOutputElement).value = clockText((endS - startS) / settings.read().speed)
}
