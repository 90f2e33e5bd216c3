// job-tile: the place of a picture that is being made: how far it is, the end before its time, and why it failed.
import type { JobNews, Size } from './answers.ts'
import { tell } from './notices.ts'
import { emptyTile } from './tiles.ts'

export type JobTile = {
  readonly element: HTMLLIElement
  follow(news: JobNews): void
  /** It will not come: says why, and offers another try. */
  fail(words: string): void
  /** Nothing is waited for until this has ended. */
  cancelling(): void
}

type Asked = { readonly prompt: string; readonly size: Size; readonly expectedS?: number }
type Deeds = { onCancel(): void; onAgain(): void; onDismiss(): void }

export function openJobTile({ prompt, size, expectedS }: Asked, { onCancel, onAgain, onDismiss }: Deeds): JobTile {
  const element = emptyTile(size)
  element.classList.add('job')
  const words = part('p', 'words', prompt)
  const state = part('p', 'state', 'Waiting for its turn')
  const bar = document.createElement('progress')
  bar.max = 100
  bar.ariaLabel = `Progress of ${prompt}`
  const cancel = smallButton('Cancel', onCancel)
  const row = part('div', 'row')
  row.append(state, cancel)
  element.append(words, bar, row)
  let told = 0

  return {
    element,
    follow({ status, progress, error_message: error }) {
      if (progress > 0) bar.value = progress
      state.textContent = stateText(status, progress, expectedS, error)
      // Who only hears it hears of every quarter.
      const quarter = Math.floor(progress / 25)
      if (quarter > told && quarter < 4) tell(`${quarter * 25} percent`)
      told = Math.max(told, quarter)
    },
    fail(reason) {
      element.classList.add('failed')
      bar.remove()
      state.textContent = reason
      row.replaceChildren(smallButton('Try again', onAgain), smallButton('Dismiss', onDismiss))
      row.before(state)
    },
    cancelling() {
      cancel.disabled = true
      state.textContent = 'Stopping'
    },
  }
}

function stateText(status: string, progress: number, expectedS: number | undefined, error?: string | null): string {
  if (status === 'pending') return 'Waiting for its turn'
  if (error) return `Trying again: ${error}`
  if (progress > 0) return `${Math.floor(progress)} %`
  return expectedS === undefined ? 'Working' : `Working, about ${expectedS} s`
}

function part(kind: 'p' | 'div', name: string, words = ''): HTMLElement {
  const element = document.createElement(kind)
  element.className = name
  element.textContent = words
  return element
}

function smallButton(words: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button quiet small'
  button.textContent = words
  button.addEventListener('click', onClick)
  return button
}
