// refusal: what a call throws when the service refuses it or cannot be reached.

export type Fault = { readonly loc: readonly (string | number)[]; readonly msg: string }

export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** 0 when nobody answered. */
  readonly status: number
  /** What is wrong with the request, part by part. */
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    message: string,
    about: { readonly status: number; readonly faults?: readonly Fault[]; readonly retryAfterSeconds?: number },
  ) {
    super(message)
    this.status = about.status
    this.faults = about.faults ?? []
    this.retryAfterSeconds = about.retryAfterSeconds
  }
}

/** Reads an answer that is not 2xx; also of a proxy, which says less. */
export async function readRefusal(answer: Response): Promise<Refusal> {
  const { status } = answer
  const body = (await answer.json().catch(() => undefined)) as { detail?: unknown } | undefined
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return new Refusal(
    typeof body?.detail === 'string' ? body.detail : (WORDS[status] ?? `The server answered ${status}.`),
    {
      status,
      ...(Array.isArray(body?.detail) && { faults: body.detail as readonly Fault[] }),
      ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
    },
  )
}

const WORDS: Readonly<Record<number, string>> = {
  422: 'Something in the form does not fit.',
  500: 'Something went wrong on the server.',
  502: 'The server has no time just now. Try again in a moment.',
  503: 'The server has no time just now. Try again in a moment.',
}
