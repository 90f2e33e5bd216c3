// answered: when nobody waits for an answer any more, because it has been given or because they have gone.
import type { FastifyReply } from 'fastify'

/** Calls back once, also when that is so already. Answers how to forget about it. */
export function whenAnswered({ raw }: FastifyReply, then: () => void): () => void {
  if (raw.closed) queueMicrotask(then)
  else raw.once('close', then)
  return () => void raw.off('close', then)
}
