// linger: a signal that aborts a while after another has, for what is better finished than broken off.

export function linger(signal: AbortSignal, ms: number): { readonly signal: AbortSignal } & Disposable {
  const later = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    timer = setTimeout(() => later.abort(signal.reason), ms)
  }
  if (signal.aborted) wait()
  else signal.addEventListener('abort', wait, { once: true })
  return {
    signal: later.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal.removeEventListener('abort', wait)
    },
  }
}
