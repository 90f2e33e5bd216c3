// settings: what the form below the clip says about the photo that is to be made.
import type { ConvertRequest } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'

export type Wishes = Pick<ConvertRequest, 'speed' | 'layout' | 'format' | 'mute' | 'maxSize' | 'cover'>

export type Settings = { read(): Wishes }

const SPEEDS = [0.1, 0.2, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 10]

export type SettingsEvents = {
  /** A speed is tried. */
  onSpeed(speed: number): void
  /** The still is this picture, or a frame again. */
  onPicture(picture: File | undefined): void
  /** The photo is to be made. */
  onSubmit(): void
}

export function openSettings(events: SettingsEvents): Settings {
  const form = find('settings', HTMLFormElement)
  const speed = find('speed', HTMLInputElement)
  const picture = openPicture(events.onPicture)

  function read(): Wishes {
    const fields = new FormData(form)
    const format = fields.get('format') as NonNullable<Wishes['format']>
    const maxSize = Number(fields.get('size'))
    const cover = format === 'motion_photo' ? picture() : undefined
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
    const { speed: chosen, format } = read()
    const words = `${chosen}×`
    find('speed-text', HTMLOutputElement).value = words
    speed.setAttribute('aria-valuetext', words)
    find('layout', HTMLFieldSetElement).disabled = format !== 'motion_photo'
    find('picture', HTMLInputElement).disabled = format !== 'motion_photo'
    find('sound', HTMLInputElement).disabled = format === 'gif' || format === 'webp'
    events.onSpeed(chosen)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    events.onSubmit()
  })
  return { read }
}

/** A picture in place of the frame. */
function openPicture(onPicture: SettingsEvents['onPicture']): () => File | undefined {
  const input = find('picture', HTMLInputElement)
  const words = find('picture-name', HTMLSpanElement)
  const away = find('picture-away', HTMLButtonElement)
  const nothing = words.textContent
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    words.textContent = file?.name ?? nothing
    onPicture(file)
    if (file) show(away)
    else hide(away)
  })
  away.addEventListener('click', () => {
    input.value = ''
    input.dispatchEvent(new Event('change'))
    input.focus()
  })
  return () => input.files?.[0]
}
