// notices: what went wrong, what is worth knowing, and what only those hear who do not see the page.
import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import type { Warning } from './answers.ts'
import { Refusal } from './refusal.ts'

/** Says it where everybody sees it. */
export function complain(thrown: unknown): void {
  const box = find('complaint', HTMLDivElement)
  box.textContent = wordsFor(thrown)
  show(box)
  box.scrollIntoView({ block: 'nearest' })
}

export function forgive(): void {
  hide(find('complaint', HTMLDivElement))
}

/** What is done otherwise than was asked. */
export function warn(warnings: readonly Warning[] = []): void {
  const list = find('warnings', HTMLUListElement)
  list.replaceChildren(...warnings.map(({ loc, msg }) => listItem(`${nameOf(loc)}: ${msg}`)))
  list.hidden = warnings.length === 0
}

/** Says something to those who do not see the page. */
export function tell(words: string): void {
  find('status', HTMLParagraphElement).textContent = words
}

export function nameOf(loc: readonly (string | number)[]): string {
  const name = String(loc.at(-1) ?? '')
  return NAMES[name] ?? name
}

const NAMES: Readonly<Record<string, string>> = {
  aspect_ratio: 'Shape',
  num_outputs: 'Pictures',
  num_inference_steps: 'Steps',
  guidance_scale: 'Guidance',
  negative_prompt: 'Not in the picture',
  output_format: 'Format',
  output_quality: 'Quality',
  width: 'Width',
  height: 'Height',
  seed: 'Seed',
  model: 'Model',
  prompt: 'Prompt',
}

export function listItem(words: string): HTMLLIElement {
  const item = document.createElement('li')
  item.textContent = words
  return item
}

export function wordsFor(thrown: unknown): string {
  if (thrown instanceof Refusal && thrown.status === 429)
    return `That was too often. Try again in ${thrown.retryAfterSeconds ?? 60} s.`
  return thrown instanceof Error ? thrown.message : 'Something went wrong.'
}
