// events: reads server-sent events from an answer, wherever there is `fetch` (HTML standard, section 9.2.6).

export type ServerEvent = { readonly event: string; readonly data: string }

/** Each event as it comes, until the answer ends. Whoever stops early hangs up. */
export async function* eventsOf(answer: Response): AsyncGenerator<ServerEvent> {
  const reader = answer.body?.getReader()
  const text = new TextDecoder()
  let rest = ''
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      const blocks = `${rest}${text.decode(next.value, { stream: true })}`.split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ''
      yield* blocks.flatMap(toEvent)
    }
  } finally {
    await reader?.cancel().catch(() => undefined)
  }
}

// A block without data says nothing: a comment that keeps the connection open.
function toEvent(block: string): ServerEvent[] {
  const lines = block.split(/\r?\n/).map(line => /^(event|data): ?(.*)$/.exec(line))
  const values = (field: string) => lines.flatMap(line => (line?.[1] === field ? [line[2] ?? ''] : []))
  const data = values('data')
  return data.length === 0 ? [] : [{ event: values('event').at(-1) ?? 'message', data: data.join('\n') }]
}
