// message: a delivery as it goes over the wire, after the Standard Webhooks specification.
import { Webhook } from 'standardwebhooks'

export type Message = { readonly body: string; readonly headers: Readonly<Record<string, string>> }

/** `webhook-signature` has a signature for each secret: a receiver needs to know only one of them. */
export function toMessage(
  { id, body, secrets }: { id: string; body: unknown; secrets: readonly string[] },
  { now, userAgent }: { now: Date; userAgent: string },
): Message {
  const text = JSON.stringify(body)
  return {
    body: text,
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map(secret => new Webhook(secret).sign(id, now, text)).join(' '),
    },
  }
}
