// fields: what stands below each field: why it is of no use, what is wrong in it, or what fits into it.
import { find } from '../../../../web/page/browser/elements.ts'
import { abilitiesText, hintsFor, kindText, reasonsAgainst } from './abilities.ts'
import type { Model } from './answers.ts'
import type { Fault } from './refusal.ts'
import { RATIOS, sizeFor } from './shapes.ts'

/** Leaves alone what the model can do; says of the rest why it is disabled. */
export function fitFields(form: HTMLFormElement, model: Model): void {
  const { value: format } = radios(form, 'output_format').find(({ checked }) => checked) ?? { value: '' }
  const reasons = reasonsAgainst(model, format)
  const hints = hintsFor(model)
  for (const note of form.querySelectorAll('.about-field')) {
    const name = note.id.replace(/-note$/, '')
    const field = document.getElementById(name)
    if (field instanceof HTMLInputElement) field.disabled = reasons[name] !== undefined
    say(name, reasons[name] ?? hints[name] ?? '')
  }
  fitRadios(form, 'num_outputs', value => Number(value) <= model.max_outputs)
  fitRadios(form, 'aspect_ratio', value => sizeFor(model, value) !== undefined)
  if (model.max_outputs < 4) say('num_outputs', `This model makes ${countText(model.max_outputs)} at once`)
  const known = RATIOS.filter(ratio => sizeFor(model, ratio))
  if (known.length < RATIOS.length) say('aspect_ratio', `Shapes of this model: ${known.join(', ')}`)
  find('model-kind', HTMLParagraphElement).textContent = `${model.name}: ${kindText(model)} · ${abilitiesText(model)}`
}

/** Puts each fault at its field; the first one has the focus. What has no field is given back. */
export function showFaults(form: HTMLFormElement, faults: readonly Fault[]): readonly Fault[] {
  const homeless = faults.filter(({ loc, msg }) => {
    const name = String(loc.at(-1))
    if (!document.getElementById(`${name}-note`)) return true
    say(name, msg.replace(/^Value error, /, ''), 'fault')
    for (const field of fieldsOf(form, name)) field.setAttribute('aria-invalid', 'true')
    return false
  })
  if (form.querySelector('details [aria-invalid]')) find('more', HTMLDetailsElement).open = true
  form.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  return homeless
}

export function clearFaults(form: HTMLFormElement, model: Model | undefined): void {
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid')
  for (const note of form.querySelectorAll('.about-field.fault')) {
    note.classList.remove('fault')
    note.textContent = ''
  }
  if (model) fitFields(form, model)
}

export function radios(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${name}"]`)]
}

// Of the chosen one that is of no use, the first that is takes the place.
function fitRadios(form: HTMLFormElement, name: string, isGood: (value: string) => boolean): void {
  const all = radios(form, name)
  for (const radio of all) radio.disabled = !isGood(radio.value)
  if (all.some(({ checked, disabled }) => checked && !disabled)) return
  const first = all.find(({ disabled }) => !disabled)
  if (first) first.checked = true
}

function fieldsOf(form: HTMLFormElement, name: string): Element[] {
  return [...form.querySelectorAll(`[name="${name}"]`)].slice(0, 1)
}

function say(name: string, words: string, kind: 'fault' | 'hint' = 'hint'): void {
  const note = find(`${name}-note`, HTMLElement)
  note.textContent = words
  note.classList.toggle('fault', kind === 'fault')
}

function countText(count: number): string {
  return count === 1 ? 'one picture' : `at most ${count} pictures`
}
