// settings: what the form below the clip says about the photo that is to be made.
import type { ConvertRequest } from '../../../../../sdk/index.ts'
import { find } from '../../../../web/page/browser/elements.ts'

export type Wishes = Pick<ConvertRequest, 'speed' | 'layout' | 'format' | 'mute' | 'maxSize'> & {
  readonly cover?: File
}

export type Settings = {
  read(): Wishes
  /** The still of a photo that is made anew, for as long as nobody chooses another one. */
  keepStill(still: File): void
  dropStill(): void
}

const SPEEDS = [0.1, 0.2, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 10]

export type SettingsEvents = {
  /** Something else is wished for. */
  onChange(wishes: Wishes): void
  /** The photo is to be made. */
  onSubmit(): void
}

export function openSettings(events: SettingsEvents): Settings {
  const form = find('settings', HTMLFormElement)
  const speed = find('speed', HTMLInputElement)
  const picture = openPicture(() => events.onChange(read()))

  function read(): Wishes {
    const fields = new FormData(form)
    const format = fields.get('format') as NonNullable<Wishes['format']>
    const maxSize = Number(fields.get('size'))
    const cover = format === 'motion_photo' ? picture.read() : undefined
    return {
      speed: SPEEDS[speed.valueAsNumber] ?? 1,
      format,
      ...(format === 'motion_photo' && { layout: fields.get('layout') as NonNullable<Wishes['layout']> }),
      ...(!find('sound', HTMLInputElement).checked && { mute: true }),
      ...(maxSize > 0 && { maxSize }),
      ...(cover && { cover }),
    }
  }

  form.addEventListener('input', () => {
    const wishes = read()
    const { speed: chosen, format } = wishes
    const words = `${chosen}×`
    find('speed-text', HTMLOutputElement).value = words
    speed.setAttribute('aria-valuetext', words)
    find('layout', HTMLFieldSetElement).disabled = format !== 'motion_photo'
    find('picture', HTMLInputElement).disabled = format !== 'motion_photo'
    find('sound', HTMLInputElement).disabled = format === 'gif' || format === 'webp'
    events.onChange(wishes)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    events.onSubmit()
  })
  return { read, keepStill: picture.keep, dropStill: () => picture.keep(undefined) }
}

/** A picture in place of the frame. */
function openPicture(onChange: () => void): { read(): File | undefined; keep(still: File | undefined): void } {
  const input = find('picture', HTMLInputElement)
  const words = find('picture-name', HTMLSpanElement)
  const away = find('picture-away', HTMLButtonElement)
  const nothing = words.textContent
  let kept: File | undefined

  const read = () => input.files?.[0] ?? kept
  function settle(): void {
    words.textContent = read()?.name ?? nothing
    away.hidden = read() === undefined
    onChange()
  }
  input.addEventListener('change', settle)
  away.addEventListener('click', () => {
    input.value = ''
    kept = undefined
    settle()
    input.focus()
  })
  return {
    read,
    keep(still) {
      if (kept === still) return
      kept = still
      settle()
    },
  }
}
