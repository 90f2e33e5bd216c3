// doctor-machine: what doctor looks at on this machine: Node, the media tools and their box, the disk, the clock.
import { access, constants, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Client } from 'pg'
import type { Config } from '../config.ts'
import { audioEncoders, videoEncoders } from '../engine/codecs.ts'
import { FILTERS } from '../engine/filtergraph.ts'
import { readCapabilities } from '../ffmpeg/capabilities.ts'
import { standingOf } from '../ffmpeg/versions.ts'
import { isErrno } from '../lib/errors.ts'
import { weaknessOf } from '../process/level.ts'
import { openProcesses } from '../process/open.ts'
import type { Finding } from './doctor.ts'
import { printSize } from './screen.ts'

const OLDEST_NODE = 24

export function checkNode(): Finding {
  const { node } = process.versions
  if (Number.parseInt(node, 10) >= OLDEST_NODE) return { check: 'node', verdict: 'ok', message: node }
  return {
    check: 'node',
    verdict: 'fail',
    message: `${node} is too old: start Kinora with npm, which brings ${OLDEST_NODE}`,
  }
}

/** Throws `config_invalid`, which names the package to install, when a tool is missing. */
export async function checkTools({ sandbox }: Config): Promise<Finding[]> {
  const processes = await openProcesses({ sandbox })
  const { version, encoders, filters } = await readCapabilities(processes)
  const offered = [...videoEncoders.values(), ...audioEncoders.values()].map(({ name }) => name)
  const noEncoders = [...new Set(offered)].filter(name => !encoders.has(name))
  const noFilters = FILTERS.filter(name => !filters.has(name))
  const weakness = weaknessOf(processes.sandbox)
  const remedy = 'install bubblewrap, and allow user namespaces where Kinora runs'
  return [
    ffmpegFinding(version),
    noFilters.length > 0
      ? { check: 'filters', verdict: 'fail', message: `ffmpeg lacks ${noFilters.join(', ')}: install a complete one` }
      : { check: 'filters', verdict: 'ok', message: `all ${FILTERS.length} are there` },
    noEncoders.length > 0
      ? { check: 'encoders', verdict: 'warn', message: `ffmpeg lacks ${noEncoders.join(', ')}: jobs cannot use them` }
      : { check: 'encoders', verdict: 'ok', message: `all ${new Set(offered).size} are there` },
    weakness
      ? { check: 'sandbox', verdict: 'warn', message: `${processes.sandbox}: ${weakness}: ${remedy}` }
      : { check: 'sandbox', verdict: 'ok', message: processes.sandbox },
  ]
}

const FFMPEG_VERDICTS = { tested: 'ok', untried: 'warn', 'too-old': 'fail' } as const

export function ffmpegFinding(version: string): Finding {
  const { standing, sentence } = standingOf(version)
  return { check: 'ffmpeg', verdict: FFMPEG_VERDICTS[standing], message: `${version}: ${sentence}` }
}

const LITTLE_BYTES = 10e9
const TOO_LITTLE_BYTES = 100e6

export async function checkDirectory({ dataDirectory }: Config): Promise<Finding[]> {
  const existing = await nearestExisting(dataDirectory)
  const named = existing === dataDirectory ? dataDirectory : `${dataDirectory}, which will be made,`
  const writable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  const { bavail, bsize } = await statfs(existing)
  const freeBytes = bavail * bsize
  const remedy = 'free some, or set KINORA_DATA_DIR to a larger disk'
  return [
    writable
      ? { check: 'data directory', verdict: 'ok', message: `${named} can be written` }
      : { check: 'data directory', verdict: 'fail', message: `${existing} cannot be written: set KINORA_DATA_DIR` },
    freeBytes > LITTLE_BYTES
      ? { check: 'disk', verdict: 'ok', message: `${printSize(freeBytes)} are free` }
      : {
          check: 'disk',
          verdict: freeBytes > TOO_LITTLE_BYTES ? 'warn' : 'fail',
          message: `only ${printSize(freeBytes)} are free: ${remedy}`,
        },
  ]
}

async function nearestExisting(directory: string): Promise<string> {
  try {
    await access(directory)
    return directory
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || directory === dirname(directory)) throw error
    return await nearestExisting(dirname(directory))
  }
}

// A schedule goes by the database's clock; tokens and S3 signatures go by this machine's.
const SKEW_MS = 5000

export async function checkClock({ databaseUrl }: Config): Promise<Finding[]> {
  if (databaseUrl === undefined) return [{ check: 'clock', verdict: 'ok', message: new Date().toISOString() }]
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms')
    const skewMs = Math.round(Date.now() - Number(rows[0]?.ms))
    const verdict = Math.abs(skewMs) < SKEW_MS ? 'ok' : 'warn'
    const remedy = verdict === 'ok' ? '' : ': set both by NTP'
    return [{ check: 'clock', verdict, message: `${skewMs} ms from the database's${remedy}` }]
  } finally {
    await client.end()
  }
}
