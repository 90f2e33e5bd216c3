// form: what a person wants, read from the form and put into it, and kept for the next visit.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Model, Models, Order, Size } from './answers.ts'
import { clearFaults, fitFields, radios, showFaults } from './fields.ts'
import { recall, remember } from './memory.ts'
import type { Fault } from './refusal.ts'
import { expectedSize } from './shapes.ts'

export type Form = {
  offer(models: Models): void
  read(): Order
  /** By its name; the chosen one without. */
  model(name?: string): Model | undefined
  /** The size that a picture will have, as far as one can tell. */
  sizeOf(order: Pick<Order, 'parameters'>): Size
  write(prompt: string): void
  /** Shows what is wrong, and gives back what has no place of its own. */
  refuse(faults: readonly Fault[]): readonly Fault[]
  forgive(): void
}

const KEY = 'form'
const NUMBERS = ['num_outputs', 'width', 'height', 'seed', 'num_inference_steps', 'guidance_scale', 'output_quality']
const SEED_LIMIT = 2 ** 31

export function openForm(onSubmit: () => void): Form {
  const form = find('composer', HTMLFormElement)
  const prompt = find('prompt', HTMLTextAreaElement)
  let models: readonly Model[] = []
  const select = find('model', HTMLSelectElement)
  const modelOf = (name: unknown = select.value) => models.find(model => model.name === name)

  function settle(): void {
    const model = modelOf()
    if (model) fitFields(form, model)
    find('quality-text', HTMLOutputElement).value = find('output_quality', HTMLInputElement).value
    remember(KEY, valuesOf(form))
  }

  restore(form, recall(KEY))
  form.addEventListener('input', settle)
  form.addEventListener('submit', event => {
    event.preventDefault()
    onSubmit()
  })
  prompt.addEventListener('keydown', event => {
    // In the middle of composing a letter, Enter is for the letter.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    form.requestSubmit()
  })
  listenForDice(form)

  return {
    offer(offered) {
      models = offered.models
      offerModels(offered)
      settle()
    },
    read: () => readOrder(form),
    model: modelOf,
    sizeOf: ({ parameters }) => expectedSize(parameters, modelOf(parameters['model'])),
    write(words) {
      prompt.value = words
      settle()
      prompt.focus()
    },
    refuse: faults => showFaults(form, faults),
    forgive: () => clearFaults(form, modelOf()),
  }
}

// What is disabled is not in it, and what is empty is the model's own choice.
function readOrder(form: HTMLFormElement): Order {
  const { prompt = '', private: keepsQuiet, ...rest } = Object.fromEntries(new FormData(form)) as Record<string, string>
  const given = Object.entries(rest).filter(([, value]) => value.trim() !== '')
  const parameters = Object.fromEntries(
    given
      .filter(([name]) => name !== 'aspect_ratio' || !(rest['width'] && rest['height']))
      .map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value.trim()]),
  )
  return { prompt: prompt.trim(), parameters, ...(keepsQuiet !== undefined && { private: true }) }
}

function offerModels({ models, default: usual }: Models): void {
  const select = find('model', HTMLSelectElement)
  const before = select.dataset['wanted'] ?? select.value
  select.replaceChildren(
    ...models.map(({ name, kind }) => new Option(kind === 'trained' ? name : `${name} (no model)`, name)),
  )
  select.value = models.some(({ name }) => name === before) ? before : usual
  find('model-field', HTMLDivElement).hidden = models.length < 2
}

function listenForDice(form: HTMLFormElement): void {
  find('dice', HTMLButtonElement).addEventListener('click', () => {
    find('seed', HTMLInputElement).value = String(Math.floor(Math.random() * SEED_LIMIT))
    form.dispatchEvent(new Event('input'))
  })
}

type Values = Readonly<Record<string, unknown>>

function valuesOf(form: HTMLFormElement): Values {
  const fields = [...form.elements].filter(
    element =>
      element instanceof HTMLInputElement ||
      element instanceof HTMLTextAreaElement ||
      element instanceof HTMLSelectElement,
  )
  return Object.fromEntries(
    fields
      .filter(field => field.name !== '' && (field.type !== 'radio' || (field as HTMLInputElement).checked))
      .map(field => [field.name, field.type === 'checkbox' ? (field as HTMLInputElement).checked : field.value]),
  )
}

function restore(form: HTMLFormElement, kept: unknown): void {
  if (typeof kept !== 'object' || kept === null) return
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements.namedItem(name)
    for (const radio of radios(form, name)) radio.checked = radio.value === value
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === true
    else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = String(value)
    // Which models there are is not known yet.
    else if (field instanceof HTMLSelectElement) field.dataset['wanted'] = String(value)
  }
  const inFold = ['width', 'height', 'seed', 'num_inference_steps', 'guidance_scale', 'negative_prompt']
  find('more', HTMLDetailsElement).open = inFold.some(name => (kept as Values)[name])
}
