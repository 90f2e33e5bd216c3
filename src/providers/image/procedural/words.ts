// words: what a prompt says, in any language and with emoji, and whether it speaks of something.

export type Words = {
  /** As it was written: all of it counts, also what nobody knows. */
  readonly prompt: string
  /** Whether one of the stems begins a word, or, for scripts without spaces and emoji, occurs: `says('mountain mont 山')`. */
  says(stems: string): boolean
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu
// Chinese, Japanese, Thai write no spaces, and emoji need none.
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Extended_Pictographic}]/u

/** Endings such as -s, -y, -ed, -ing, -scape belong to a stem; `sea` does not mean `season`. */
const LONGEST_ENDING = 3

export function readWords(prompt: string): Words {
  const plain = prompt.normalize('NFKC').toLowerCase()
  const words = plain.match(WORD) ?? []
  const speaksOf = (stem: string) =>
    SPACELESS.test(stem)
      ? plain.includes(stem)
      : words.some(word => word.startsWith(stem) && word.length - stem.length <= (stem.length > 3 ? LONGEST_ENDING : 1))
  return { prompt, says: stems => stems.split(' ').some(speaksOf) }
}
