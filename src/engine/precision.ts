// precision: how much a sample of sound can say, and what can hold it.

/** Whole numbers of 8 to 32 bits, or floating point of 32 and 64, which can also be louder than full scale. */
export type Precision = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64'

const BITS: Readonly<Record<Precision, number>> = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 24, f64: 53 }

/** Whether nothing is lost when samples of one precision are written in another. */
export function holds(into: Precision, samples: Precision): boolean {
  return BITS[into] >= BITS[samples] && (isFloat(into) || !isFloat(samples))
}

/** For people: `24 bits`. */
export function printPrecision(precision: Precision): string {
  return isFloat(precision) ? `${precision.slice(1)} bits floating point` : `${BITS[precision]} bits`
}

function isFloat(precision: Precision): boolean {
  return precision.startsWith('f')
}
