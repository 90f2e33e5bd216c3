// main: START HERE: a clip comes, is shown, is marked, becomes a photo; and the server forgets it when the page is left.

import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { complain, forgive } from './complaints.ts'
import { isPhoto, listenForFiles } from './drop.ts'
import { readFrames } from './frames.ts'
import { openInspection } from './inspection.ts'
import { openMeter, tell } from './meter.ts'
import { openResult } from './result.ts'
import { openSession } from './session.ts'
import { openSettings } from './settings.ts'
import { firstSpan } from './span.ts'
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
const inspection = openInspection((photo, part) => {
  forgive()
  return meter
    .during(`Getting the ${part}`, (signal, onProgress) => session.extract(photo, part, { signal, onProgress }))
    .catch(thrown => complain(thrown, 'photo'))
})
const stage = openStage(atS => timeline.play(atS))
const settings = openSettings({
  onSpeed: applySpeed,
  onPicture: picture => timeline.useStill(picture),
  onSubmit: () => void convert(),
})
const timeline = openTimeline({
  onChange(span) {
    forgive()
    stage.follow(span)
    sayLength()
  },
  onHold: stage.hold,
  onRelease: stage.release,
})
let clip = new AbortController()

listenForFiles(file => void (isPhoto(file) ? look(file) : prepare(file)))
window.addEventListener('pagehide', () => session.end())
// Kept by the browser and brought back: the server has forgotten the clip.
window.addEventListener('pageshow', event => event.persisted && location.reload())

/** Everything of the file before goes; the answer tells whether another one has come since. */
function begin(): AbortController {
  clip.abort()
  clip = new AbortController()
  forgive()
  result.clear()
  inspection.clear()
  for (const element of [start, editor, again]) hide(element)
  return clip
}

async function look(photo: File): Promise<void> {
  const own = begin()
  const found = await meter
    .during('Looking into your photo', (signal, onProgress) => session.inspect(photo, { signal, onProgress }))
    .catch(thrown => complain(thrown, 'photo'))
  if (clip !== own) return
  if (!found) return show(start)
  show(again)
  inspection.show(photo, found)
}

async function prepare(file: File): Promise<void> {
  const own = begin()
  const opened = await meter
    .during('Getting your clip ready', async (signal, onProgress) => {
      const { previewUrl, duration } = await session.prepare(file, { signal, onProgress })
      const [, frames] = await Promise.all([stage.open(previewUrl, signal), readFrames(previewUrl, duration, signal)])
      return { previewUrl, duration, frames }
    })
    .catch(complain)
  if (clip !== own) return
  if (!opened) return show(start)
  for (const element of [editor, again]) show(element)
  timeline.open(opened, firstSpan(opened.duration), clip.signal)
  applySpeed(settings.read().speed)
  tell('Your clip is ready')
  find('start-handle', HTMLDivElement).focus({ preventScroll: true })
}

async function convert(): Promise<void> {
  forgive()
  const { startS, endS, coverS } = timeline.span()
  const request = { ...settings.read(), rangeStart: startS, rangeEnd: endS, coverTime: coverS }
  make.disabled = true
  const file = await meter
    .during('Making it', (signal, onProgress) => session.convert(request, { signal, onProgress }))
    .catch(complain)
  make.disabled = false
  if (!file) return
  result.show(file)
  tell(`${file.name} is ready`)
}

function applySpeed(speed: number): void {
  forgive()
  stage.setSpeed(speed)
  sayLength()
}

function sayLength(): void {
  const { startS, endS } = timeline.span()
  find('length-text', HTMLOutputElement).value = clockText((endS - startS) / settings.read().speed)
}
