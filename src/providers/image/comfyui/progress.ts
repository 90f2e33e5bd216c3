// progress: one number that only grows, from what the nodes of a workflow say each of itself.
import type { Graph } from './workflow.ts'

// After the sampling come decoding, saving, and fetching.
const MOST = 0.95

/** What is answered takes a node and how much of its own work it has done, and tells `report` what that is of the whole. */
export function sumProgress(
  graph: Graph,
  report: (fraction: number) => void,
): (node: string, fraction: number) => void {
  const expected = Object.values(graph).filter(({ class_type }) => isSlow(class_type)).length
  const done = new Map<string, number>()
  let told = 0
  return (node, fraction) => {
    // A sampler with several passes begins again from nothing.
    done.set(node, Math.max(fraction, done.get(node) ?? 0))
    const sum = done.values().reduce((total, part) => total + part, 0)
    const whole = (MOST * sum) / Math.max(expected, done.size)
    if (whole <= told) return
    told = whole
    report(told)
  }
}

// KSampler, KSamplerAdvanced, SamplerCustom, …; not KSamplerSelect, which only names one. ImageUpscaleWithModel.
function isSlow(classType: string): boolean {
  return /Sampler(?!.*Select)|WithModel/.test(classType)
}
