// passes: which outputs are made by one process.
import { sharersOf } from './openings.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

/** Indices of the outputs of each pass: those that share a decoder; others are not held up by each other. */
export function passesFor(outputs: readonly PlannedOutput[], probes: ReadonlyMap<string, Probe>): number[][] {
  const sharers = sharersOf(outputs, probes)
  const groups: number[][] = []
  for (const { index } of outputs) {
    const linked = new Set([index, ...sharers.filter(indices => indices.has(index)).flatMap(indices => [...indices])])
    const touching = groups.filter(group => group.some(member => linked.has(member)))
    const joined = [...new Set([...touching.flat(), ...linked])].sort((a, b) => a - b)
    groups.splice(0, groups.length, ...groups.filter(group => !touching.includes(group)), joined)
  }
  return groups.flatMap(group => bearable(outputs.filter(({ index }) => group.includes(index))))
}

// SVT-AV1 (1.4) keeps its tables per process: two encoders side by side crash it, or make it wait for ever.
function bearable(outputs: readonly PlannedOutput[]): number[][] {
  const lonely = outputs.filter(({ video }) => video?.encoding?.encoder === 'libsvtav1').slice(1)
  const together = outputs.filter(output => !lonely.includes(output))
  return [together, ...lonely.map(output => [output])].map(pass => pass.map(({ index }) => index))
}
