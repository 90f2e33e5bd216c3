// budget: how many calls may be made within a time, so that asking how far it is never becomes too often.

export type Budget = {
  /** How long to wait before the next call; that call is then counted. */
  take(nowMs: number): number
  /** The service wants none for so long. */
  block(nowMs: number, ms: number): void
}

export function openBudget(most: number, withinMs: number): Budget {
  let times: number[] = []
  let blockedUntilMs = 0
  return {
    take(nowMs) {
      times = times.filter(time => time > nowMs - withinMs)
      const oldest = times.length >= most ? times[times.length - most] : undefined
      const atMs = Math.max(nowMs, blockedUntilMs, oldest === undefined ? 0 : oldest + withinMs)
      times.push(atMs)
      return atMs - nowMs
    },
    block(nowMs, ms) {
      blockedUntilMs = Math.max(blockedUntilMs, nowMs + ms)
    },
  }
}
