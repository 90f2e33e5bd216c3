// token: the access token, asked for when the server wants one, and kept until the tab is closed.
import { find, hide, show } from './elements.ts'

const KEY = 'kinora.token'

export function currentToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined
}

/** Calls, and calls again with another token for as long as what is thrown has the status 401. */
export async function withToken<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const used = currentToken()
    try {
      return await call()
    } catch (thrown) {
      if (!(thrown instanceof Error && 'status' in thrown && thrown.status === 401)) throw thrown
      // Another call may have been given a better one meanwhile.
      if (used === currentToken()) sessionStorage.setItem(KEY, await askToken(signal))
    }
  }
}

let asking: Promise<string> | undefined

/** Whoever asks while it is being asked for gets the same answer, and gives up with whoever was first. */
async function askToken(signal?: AbortSignal): Promise<string> {
  asking ??= readToken(signal).finally(() => {
    asking = undefined
    hide(find('token', HTMLFormElement))
  })
  return await asking
}

async function readToken(signal?: AbortSignal): Promise<string> {
  const form = find('token', HTMLFormElement)
  const input = find('token-text', HTMLInputElement)
  input.value = ''
  show(form)
  input.focus()
  return await new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    const submitted = (event: SubmitEvent) => {
      event.preventDefault()
      resolve(input.value.trim())
    }
    form.addEventListener('submit', submitted, { once: true, ...(signal && { signal }) })
  })
}
