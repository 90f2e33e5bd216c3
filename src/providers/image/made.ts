// made: what a vendor has answered to an order with a good status: pictures, a failure in its own words, or what nobody can read.
import { codeOf, wordsOf } from '../complaints.ts'
import type { Vendor } from '../vendor.ts'
import type { Picture } from './contract.ts'
import { findPictures, shapeOf } from './found.ts'

/** Throws `provider_unreadable` where there is none, unless the vendor says that it has failed: then what that means. */
export function findIn(vendor: Vendor, answer: unknown): readonly [Picture, ...Picture[]] {
  const [first, ...others] = findPictures(answer)
  if (first) return [first, ...others]
  const failure = failureIn(answer)
  if (failure) throw vendor.error(codeOf(failure.status, answer), failure.words)
  throw vendor.error('provider_unreadable', `there is no picture in its answer: ${shapeOf(answer)}`)
}

// Gateways say 200 before they know what becomes of it: then `error` has the status, too, where there is one.
function failureIn(answer: unknown): { readonly words: string; readonly status: number } | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer) || !answer.error) return undefined
  const words = wordsOf(answer)
  if (words === undefined) return undefined
  const { code, status } = Object(answer.error) as { code?: unknown; status?: unknown }
  const told = [code, status].map(Number).find(number => number >= 400 && number < 600)
  return { words, status: told ?? 500 }
}
