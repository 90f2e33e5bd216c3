// times: seconds and bytes as people read them and write them.

/** `1:02.3`, to the millisecond where that says more; from an hour on, `1:01:02.3`. */
export function clockText(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const minutes = Math.floor(ms / 60_000)
  const rest = `${ms % 60_000 < 10_000 ? '0' : ''}${secondsText((ms % 60_000) / 1000)}`
  if (minutes < 60) return `${minutes}:${rest}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

/** `2 minutes 3.2 seconds`, for those who hear it. */
export function spokenText(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const minutes = Math.floor(ms / 60_000)
  const rest = `${secondsText((ms % 60_000) / 1000)} seconds`
  if (minutes === 0) return rest
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${rest}`
}

/** Reads `1.5`, `1,5`, `0:01.5` and `1:02:03`, as seconds; undefined for anything else. */
export function readTime(written: string): number | undefined {
  const [, hours = '0', minutes = '0', seconds = ''] = TIME.exec(written.trim()) ?? []
  if (!/\d/.test(seconds)) return undefined
  const value = Number(seconds.replace(',', '.'))
  // Of 1:75 nobody knows what is meant; 75 is plain.
  const isClock = written.includes(':')
  if ((isClock && value >= 60) || (hours !== '0' && Number(minutes) >= 60)) return undefined
  // Added up in whole microseconds: 60 + 13.671 is a little less than 73.671.
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + value) * 1e6) / 1e6
}

/** `4.1 MB`. */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1e6) return `${Math.max(1, Math.round(sizeBytes / 1e3))} kB`
  return `${(sizeBytes / 1e6).toFixed(1)} MB`
}

const TIME = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{0,6}(?:[.,]\d{0,9})?)\s*s?$/

// At least tenths, so that it reads as a time.
function secondsText(seconds: number): string {
  return seconds.toFixed(3).replace(/0{1,2}$/, '')
}
