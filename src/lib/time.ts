// time: instants and durations as whole microseconds, which is the clock that ffmpeg counts by (AV_TIME_BASE).

/** Microseconds. What is measured and read is whole (exact up to 285 years); what is computed may carry a fraction. */
export type Micros = number

/** Microseconds without a fraction: all that a printer of times takes, so that none can print what ffmpeg cannot read. */
export type WholeMicros = Micros & { readonly [isWhole]: true }
declare const isWhole: unique symbol

const SECOND = 1_000_000
const CLOCK = /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:\.(\d{1,6}))?$/
const SECONDS = /^(\d{1,9})(?:\.(\d{1,6}))?s?$/
const ISO = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:[.,](\d{1,6}))?S)?)?$/

/**
 * Reads a time as people and programs write it: `HH:MM:SS(.mmm)`, `MM:SS`, seconds (`90`, `"1.5"`, `1.5`) or an
 * ISO 8601 duration (`PT1M30S`). Undefined when it is none of these, negative, or written finer than a microsecond;
 * a number is rounded to the nearest one, as 0.1 + 0.2 has a longer tail than anybody meant.
 */
export function parseTime(value: string | number): WholeMicros | undefined {
  const text = typeof value === 'number' ? decimal(value) : value.length <= 32 ? value : ''
  const clock = CLOCK.exec(text)
  if (clock) return total(0, clock[1], clock[2], clock[3], clock[4])
  const seconds = SECONDS.exec(text)
  if (seconds) return total(0, '0', '0', seconds[1], seconds[2])
  const iso = ISO.exec(text)
  if (iso && /\d/.test(text) && !text.endsWith('T')) return total(Number(iso[1] ?? 0), iso[2], iso[3], iso[4], iso[5])
  return undefined
}

/** The nearest whole microsecond. Throws a RangeError when there is none: for infinity, and for what is no number. */
export function whole(micros: Micros): WholeMicros {
  const rounded = Math.round(micros)
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`${micros} is not a time in microseconds`)
  return rounded as WholeMicros
}

/** Seconds as ffmpeg reads them, without an exponent or a trailing zero: `90`, `1.5`, `0.000001`. */
export function printSeconds(micros: WholeMicros): string {
  const sign = micros < 0 ? '-' : ''
  const digits = String(Math.abs(micros)).padStart(7, '0')
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '')
}

export function toSeconds(micros: Micros): number {
  return micros / SECOND
}

export function fromSeconds(seconds: number): WholeMicros {
  return whole(seconds * SECOND)
}

// JavaScript prints small and large numbers with an exponent, which none of the notations above allows.
function decimal(value: number): string {
  return Number.isFinite(value) && value >= 0 && value < 1e9 ? value.toFixed(6) : ''
}

function total(days: number, hours = '0', minutes = '0', seconds = '0', fraction = ''): WholeMicros {
  const inSeconds = ((days * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole(inSeconds * SECOND + Number(fraction.padEnd(6, '0')))
}
