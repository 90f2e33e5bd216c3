// rational: exact fractions for frame rates and aspect ratios, where 29.97 is really 30000/1001.

export type Rational = { readonly num: number; readonly den: number }

/** A fraction in lowest terms. Throws a RangeError when it is not a positive ratio of whole numbers. */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || num <= 0 || den <= 0)
    throw new RangeError(`${num}/${den} is not a positive fraction`)
  const divisor = greatestCommonDivisor(num, den)
  return { num: num / divisor, den: den / divisor }
}

/** Reads `30`, `29.97`, `30000/1001`, `16:9`; undefined when it is none of these or not positive. */
export function parseRational(text: string): Rational | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?(?:[/:](\d{1,9}))?$/.exec(text)
  if (!match) return undefined
  const [, whole = '', decimals = '', den = '1'] = match
  const num = Number(whole + decimals)
  const scaled = Number(den) * 10 ** decimals.length
  return num > 0 && scaled > 0 ? rational(num, scaled) : undefined
}

export function printRational({ num, den }: Rational): string {
  return den === 1 ? `${num}` : `${num}/${den}`
}

export function toNumber({ num, den }: Rational): number {
  return num / den
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
