// whole-number: the numbers that metadata tell, which may be anything.

/** Undefined for what is no whole number; of a huge one the size is right, but not every digit. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d{1,20}\s*$/.test(text) ? Number(text) : undefined
}

/** For messages: what somebody else wrote is shown cut short, and without what a terminal would obey. */
export function quoted(text: string | undefined): string {
  if (text === undefined) return 'missing'
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return `"${printable.length > 40 ? `${printable.slice(0, 40)}…` : printable}"`
}
