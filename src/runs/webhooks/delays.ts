// delays: how long to wait before the next attempt, or that it is time to give up.

/** Seconds before each attempt, the first one included (Standard Webhooks, "Deliverability and reliability"). */
export const DELAYS_SECONDS: readonly number[] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]

const LONGEST_SECONDS = 86_400

/**
 * Seconds until the attempt after so many failures; undefined when there is none. `retryAfterSeconds` is what the
 * receiver asks for; `chance`, from 0 to 1, keeps apart what failed together.
 */
export function delaySeconds(
  delays: readonly number[],
  { failures, retryAfterSeconds = 0, chance }: { failures: number; retryAfterSeconds?: number; chance: number },
): number | undefined {
  const delay = delays[failures]
  if (delay === undefined) return undefined
  return Math.max(delay * (0.9 + 0.2 * chance), Math.min(retryAfterSeconds, LONGEST_SECONDS))
}
