// times: seconds and bytes as people read them.

/** `1:02.3`; from an hour on, `1:01:02.3`. */
export function clockText(seconds: number): string {
  const tenths = Math.round(seconds * 10)
  const minutes = Math.floor(tenths / 600)
  const rest = `${(tenths % 600) < 100 ? '0' : ''}${((tenths % 600) / 10).toFixed(1)}`
  if (minutes < 60) return `${minutes}:${rest}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

/** `3.2 seconds`, for those who hear it. */
export function spokenText(seconds: number): string {
  return `${seconds.toFixed(1)} seconds`
}

/** `4.1 MB`. */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1e6) return `${Math.max(1, Math.round(sizeBytes / 1e3))} kB`
  return `${(sizeBytes / 1e6).toFixed(1)} MB`
}
