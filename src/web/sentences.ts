// sentences: faults as one sentence, for the message of an error and for people at a terminal.
import type { Fault } from '../lib/errors.ts'

/** `/spec/outputs/0/id: is missing`; a fault of the whole body has no place to name. */
export function printFault({ pointer, message }: Fault): string {
  return pointer === '' ? `The body ${message}` : `${pointer}: ${message}`
}

/** The one fault there is, or how many there are: `details` tells them all. */
export function printFaults(faults: readonly Fault[], whole: string): string {
  const [first] = faults
  return faults.length === 1 && first ? printFault(first) : `${whole} has ${faults.length} faults`
}
