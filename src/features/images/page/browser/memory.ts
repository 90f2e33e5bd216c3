// memory: what the page keeps in the browser between visits; a browser that keeps nothing is fine.

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`kinora.images.${key}`, JSON.stringify(value))
  } catch {
    // Private windows may refuse, and full ones do.
  }
}

export function recall(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`kinora.images.${key}`) ?? 'null')
  } catch {
    return null
  }
}
