// token: the access token, asked for when the server wants one, and kept until the tab is closed.
import { BackendError } from '../../../../../sdk/index.ts'
import { find, hide, show } from './elements.ts'

const KEY = 'kinora.token'

export function currentToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined
}

/** Calls, and calls again with another token for as long as the answer is 401. */
export async function withToken<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (thrown) {
      if (!(thrown instanceof BackendError && thrown.status === 401)) throw thrown
      sessionStorage.setItem(KEY, await askToken(signal))
    }
  }
}

async function askToken(signal: AbortSignal): Promise<string> {
  const form = find('token', HTMLFormElement)
  const input = find('token-text', HTMLInputElement)
  input.value = ''
  show(form)
  input.focus()
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      const submitted = (event: SubmitEvent) => {
        event.preventDefault()
        resolve(input.value.trim())
      }
      form.addEventListener('submit', submitted, { once: true, signal })
    })
  } finally {
    hide(form)
  }
}
