// faults: what is wrong with one field, said below it; the field names that note, so that it is heard as well.
import { find } from '../../../../web/page/browser/elements.ts'

/** Says it, and takes whoever looks there. */
export function showFault(field: string, words: string): void {
  find(`${field}-note`, HTMLElement).textContent = words
  const element = find(field, HTMLElement)
  element.setAttribute('aria-invalid', 'true')
  element.focus()
  element.scrollIntoView({ block: 'nearest' })
}

export function clearFault(field: string): void {
  find(`${field}-note`, HTMLElement).textContent = ''
  find(field, HTMLElement).removeAttribute('aria-invalid')
}

export function clearFaults(): void {
  for (const { id } of document.querySelectorAll('[aria-invalid]')) clearFault(id)
}
