// index: every check of the house, a line each, in the order in which one may leave work for the next.

import { artifactDigests } from './checks/artifact-digests.ts'
import { artifactObjects } from './checks/artifact-objects.ts'
import { cacheFiles } from './checks/cache-files.ts'
import { danglingRows } from './checks/dangling-rows.ts'
import { eventCounts } from './checks/event-counts.ts'
import { lateArrivals } from './checks/late-arrivals.ts'
import { lostOutputs } from './checks/lost-outputs.ts'
import { mountParts } from './checks/mount-parts.ts'
import { overdueBytes } from './checks/overdue-bytes.ts'
import { progressRanges } from './checks/progress-ranges.ts'
import { runStates } from './checks/run-states.ts'
import { scratchFolders } from './checks/scratch-folders.ts'
import { staleMemories } from './checks/stale-memories.ts'
import { unfinishedUploads } from './checks/unfinished-uploads.ts'
import { unnamedObjects } from './checks/unnamed-objects.ts'
import type { Check } from './contract.ts'

export const CHECKS: readonly Check[] = [
  danglingRows,
  runStates,
  eventCounts,
  progressRanges,
  artifactObjects,
  artifactDigests,
  lateArrivals,
  unnamedObjects,
  overdueBytes,
  lostOutputs,
  staleMemories,
  unfinishedUploads,
  scratchFolders,
  cacheFiles,
  mountParts,
]
