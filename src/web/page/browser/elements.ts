// elements: what index.html has, by name and kind; a page that lacks one says so at once.

/** Throws when there is no such element, or one of another kind. */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new TypeError(`The page has no ${kind.name} called ${id}`)
}

export function show(element: HTMLElement): void {
  element.hidden = false
}

export function hide(element: HTMLElement): void {
  element.hidden = true
}
