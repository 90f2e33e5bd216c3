// engine: runs over what is outside: where their bytes come from and go to, and the kinds of steps that all doors bring.
import { availableParallelism } from 'node:os'
import type { Config } from '../config.ts'
import { motionKinds } from '../features/motion-photos/making/kinds.ts'
import { openArtifacts } from '../runs/artifacts.ts'
import { fileScheme } from '../runs/locations/file.ts'
import { httpScheme } from '../runs/locations/http.ts'
import { openLocations } from '../runs/locations/index.ts'
import { runScheme } from '../runs/locations/run.ts'
import { s3Scheme } from '../runs/locations/s3.ts'
import { openRuns } from '../runs/open.ts'
import { openSources } from '../runs/sources.ts'
import { stepKinds } from '../runs/steps/index.ts'
import type { Mount } from '../storage/locations.ts'
import { openMounts } from '../storage/mounts.ts'
import { s3Rules } from '../storage/s3/rules.ts'
import { openImages } from './images.ts'
import type { Outside } from './outside.ts'

export async function openEngine(config: Config, outside: Outside, opening: AsyncDisposableStack) {
  const { db, queue, processes, capabilities, cache, storage, fetcher, s3 } = outside
  const rules = s3Rules({ allow: config.s3Allow, own: config.storageUrl })
  const locations = openLocations([
    fileScheme(openMounts(mountsOf(config))),
    s3Scheme(s3, rules),
    httpScheme(fetcher),
    runScheme(db.kysely),
  ])
  const artifacts = openArtifacts(db, storage, cache)
  const sources = openSources({ kysely: db.kysely, locations, artifacts, cache, processes, capabilities })
  const threads = threadsPerEncoder()
  const runs = opening.use(await openRuns({ db, queue, locations, capabilities, sources, artifacts, threads }))
  const means = { processes, capabilities, artifacts, sources, locations, threads, limits: limitsOf(config) }
  const { kinds, ...images } = await openImages(config, outside, artifacts, opening)
  return { artifacts, runs, images, kinds: new Map([...stepKinds(means), ...motionKinds(means), ...kinds]) }
}

// Where callers are told apart, what they write is theirs alone, and what lies there for all is not theirs to change.
function mountsOf({ mounts, auth }: Config): Readonly<Record<string, Mount>> {
  const access: Readonly<Record<string, Mount['access']>> =
    auth.pipelines === 'required' ? { '/uploads': 'read-only', '/output': 'per-owner' } : {}
  return Object.fromEntries(
    Object.entries(mounts).map(([name, directory]) => [name, { directory, access: access[name] ?? 'shared' }]),
  )
}

// As x264 would choose for itself; said aloud because it is part of what is made.
function threadsPerEncoder(): number {
  return Math.min(16, Math.ceil(availableParallelism() * 1.5))
}

function limitsOf({ stepMaxMs, outputMaxBytes, sourceLimits }: Config) {
  return { wallSeconds: stepMaxMs / 1000, outputBytes: outputMaxBytes, source: sourceLimits }
}
