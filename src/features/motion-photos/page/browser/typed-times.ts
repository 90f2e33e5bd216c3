// typed-times: the three times as text, for those who know them: `1.5` or `0:01.5`.
import { find } from '../../../../web/page/browser/elements.ts'
import { clearFault, showFault } from './faults.ts'
import { limitsOf, type Mark, type Span } from './span.ts'
import { clockText, readTime } from './times.ts'

const MARKS: readonly Mark[] = ['start', 'end', 'cover']

/** `onTime` hears of each time that is inside the clip. Answers what is to be told of every other span. */
export function openTypedTimes(onTime: (mark: Mark, toS: number) => void): (span: Span) => void {
  let durationS = 0
  const fields = MARKS.map(mark => [mark, find(`${mark}-time`, HTMLInputElement)] as const)
  for (const [mark, field] of fields) {
    field.addEventListener('change', () => {
      const toS = readTime(field.value)
      if (toS === undefined) return showFault(field.id, 'Write a time such as 1.5 or 0:01.5')
      // What is shown is rounded, so that the end may be a little behind it.
      if (toS > durationS + 0.001) return showFault(field.id, `The clip is ${clockText(durationS)} long`)
      onTime(mark, Math.min(toS, durationS))
    })
    field.addEventListener('focus', () => field.select())
  }
  return span => {
    durationS = span.durationS
    for (const [mark, field] of fields) {
      clearFault(field.id)
      field.value = clockText(limitsOf(span, mark).atS)
    }
  }
}
