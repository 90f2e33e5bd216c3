// meter: how far an upload or a conversion has come, for eyes and ears, and the button that stops it.
import type { BackendProgress } from '../../../../../sdk/index.ts'
import { find, hide, show } from '../../../../web/page/browser/elements.ts'
import { sizeText } from './times.ts'

export type Meter = {
  /** Shows itself while this works. The button aborts the signal; it then resolves with `undefined`. */
  during<T>(
    words: string,
    work: (signal: AbortSignal, onProgress: (now: BackendProgress) => void) => Promise<T>,
  ): Promise<T | undefined>
  /** Stops what is under way. */
  stop(): void
}

export function openMeter(): Meter {
  const meter = find('meter', HTMLElement)
  const bar = find('meter-bar', HTMLProgressElement)
  const text = find('meter-words', HTMLSpanElement)
  let current = new AbortController()
  find('cancel', HTMLButtonElement).addEventListener('click', () => current.abort())

  return {
    stop: () => current.abort(),
    async during(words, work) {
      current.abort()
      const own = new AbortController()
      current = own
      const say = (sentence: string) => {
        text.textContent = sentence
      }
      say(words)
      tell(words)
      bar.removeAttribute('value')
      show(meter)
      try {
        return await work(own.signal, now => display(now, words, bar, say))
      } catch (thrown) {
        if (own.signal.aborted) return undefined
        throw thrown
      } finally {
        if (current === own) hide(meter)
      }
    },
  }
}

/** Says something to those who do not see the page. */
export function tell(words: string): void {
  find('status', HTMLParagraphElement).textContent = words
}

const PHASES = { upload: 'Uploading', download: 'Receiving' } as const

// Where nobody knows how far it is, the bar moves without a measure.
function display(now: BackendProgress, words: string, bar: HTMLProgressElement, say: (text: string) => void): void {
  const { phase, phasePercentage, loaded, total } = now
  if (phasePercentage === undefined) bar.removeAttribute('value')
  else bar.value = phasePercentage
  const counted = phasePercentage === undefined ? words : `${words}: ${Math.floor(phasePercentage)} %`
  const moved = phase !== 'processing' && loaded !== undefined && total
  say(moved ? `${PHASES[phase]} ${sizeText(loaded)} of ${sizeText(total)}` : counted)
}
