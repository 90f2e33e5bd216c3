// random: chance that is always the same: from words and a number to a row of numbers, without a clock.

export type Chance = {
  /** 0 to 1, without 1. */
  next(): number
  between(low: number, high: number): number
  pick<T>(list: readonly [T, ...T[]]): T
}

/** What falls out for this text and this number (sfc32, seeded by two rounds of FNV-1a). */
export function openChance(text: string, seed: number): Chance {
  const next = sfc32(hashText(text, seed), hashText(text, ~seed), seed | 0, 1)
  for (let turn = 0; turn < 15; turn++) next()
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    pick: list => list[Math.floor(next() * list.length)] ?? list[0],
  }
}

/** 32 bits of a text: FNV-1a over its UTF-16 units, mixed at the end. */
function hashText(text: string, seed: number): number {
  let hash = Math.imul(seed ^ 0x811c9dc5, 0x01000193)
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function sfc32(a: number, b: number, c: number, counter: number): () => number {
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 0x100000000
  }
}
