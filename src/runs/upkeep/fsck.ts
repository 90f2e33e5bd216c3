// fsck: proves that there is no orphan file, no dangling row and no wrong count or digest, and mends what it may.
import type { Check, Trouble, UpkeepMeans } from './contract.ts'
import { CHECKS } from './index.ts'

export type FsckOptions = {
  /** Nothing changes without. */
  readonly mend: boolean
  /** Every stored byte is read. */
  readonly deep: boolean
  /** Of floors above this one. */
  readonly checks?: readonly Check[]
}

export type Finding = {
  readonly check: string
  readonly where: string
  readonly what: string
  readonly mended: boolean
  readonly harmless: boolean
}

export type FsckReport = {
  /** The names of the checks that were made. */
  readonly checks: readonly string[]
  readonly findings: readonly Finding[]
  /** How many findings are neither mended nor harmless. */
  readonly left: number
}

/** Beside running work, too. Throws when something cannot be looked at, such as a storage that does not answer. */
export async function fsck(means: UpkeepMeans, { mend, deep, checks = [] }: FsckOptions): Promise<FsckReport> {
  const wanted = [...CHECKS, ...checks].filter(({ when }) => deep || when !== 'deep')
  const findings: Finding[] = []
  for (const check of wanted) findings.push(...(await look(check, means, mend ? mendIt : leaveIt)))
  const left = findings.filter(({ mended, harmless }) => !mended && !harmless).length
  return { checks: wanted.map(({ name }) => name), findings, left }
}

/** Finds and mends what one check looks for. Answers what it has found. */
export async function look(
  { name, find }: Check,
  means: UpkeepMeans,
  treat: (trouble: Trouble) => Promise<boolean>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const trouble of find(means)) {
    const { where, what, harmless = false } = trouble
    if (findings.length === MOST_FINDINGS) {
      findings.push({ check: name, where: '', what: 'and more: ask again', mended: false, harmless: false })
      break
    }
    findings.push({ check: name, where, what, mended: await treat(trouble), harmless })
  }
  return findings
}

// More than anybody reads, and still little to keep in memory.
const MOST_FINDINGS = 10_000

export async function mendIt({ mend }: Trouble): Promise<boolean> {
  return (await mend?.()) ?? false
}

async function leaveIt(): Promise<boolean> {
  return false
}
