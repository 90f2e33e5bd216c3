// nearest: the name somebody probably meant, for messages that say what would be right.

/** The name with the fewest edits from `word`, if a slip of the finger could explain it. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const typed = word.slice(0, 64).toLowerCase()
  let best: { name: string; edits: number } | undefined
  for (const name of names) {
    const edits = editDistance(typed, name.toLowerCase())
    if (edits <= Math.max(2, Math.floor(name.length / 3)) && (!best || edits < best.edits)) best = { name, edits }
  }
  return best?.name
}

// Levenshtein's distance, one row at a time.
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
