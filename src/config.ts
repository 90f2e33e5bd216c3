// config: environment → one frozen Config, with everything that is wrong told at once. The only reader of process.env.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { isLoopback, schema, toConfig } from './config/values.ts'
import type { StaticToken } from './features/motion-photos/settings.ts'
import { AppError, type Fault, isErrno } from './lib/errors.ts'
import { nearest } from './lib/nearest.ts'
import type { Automatic1111Settings } from './providers/image/automatic1111/settings.ts'
import type { ComfyUiSettings } from './providers/image/comfyui/settings.ts'
import type { OpenAiSettings } from './providers/image/openai/settings.ts'
import type { ReplicateSettings } from './providers/image/replicate/settings.ts'
import { SETTINGS } from './settings.ts'

export type Config = {
  /** Absolute. */
  readonly dataDirectory: string
  /** Undefined for the embedded database. */
  readonly databaseUrl: string | undefined
  /** Where finished bytes are kept: an absolute directory, or `s3://bucket/prefix`. */
  readonly storageUrl: string
  /** Buckets and prefixes that jobs may use; undefined for all that the credentials reach. */
  readonly s3Allow: readonly string[] | undefined
  /** What jobs call a folder (`/uploads`), and where it is. */
  readonly mounts: Readonly<Record<string, string>>
  readonly host: string
  /** By listener; `0` is any free port. */
  readonly ports: Readonly<Record<'pipelines' | 'studio', number | 'off'>>
  readonly auth: Readonly<Record<'pipelines' | 'motionPhotos' | 'images', 'optional' | 'required'>>
  /** Good for motion photos only. */
  readonly tokens: readonly StaticToken[]
  /** What signs tokens; undefined for one that is made once and kept. */
  readonly jwtSecret: string | undefined
  readonly tokenHours: number
  readonly idempotencyHours: number
  /** Requests a minute for each caller; 0 is no limit. */
  readonly limits: Readonly<Record<'api' | 'motionAddress' | 'motionToken' | 'imagesCreate' | 'imagesStatus', number>>
  /** Addresses and networks of those who may say for whom they call. */
  readonly trustProxy: readonly string[]
  /** Without a slash at the end; undefined for what each request was sent to. */
  readonly publicUrl: string | undefined
  /** Undefined for what is usual. */
  readonly corsOrigins: readonly string[] | undefined
  readonly sandbox: 'auto' | 'required' | 'off'
  /** `allow`: hosts, `host:port` and networks that may be called although they are private. */
  readonly fetch: { readonly allow: readonly string[]; readonly maxBytes: number }
  readonly motion: {
    readonly maxBytes: number
    readonly sessionHours: number
    readonly patienceMs: Readonly<Record<'prepare' | 'convert' | 'thumbnail' | 'cleanup', number>>
  }
  /** Each vendor is there where it is set up. */
  readonly images: {
    readonly model: string | undefined
    readonly maxMs: number
    readonly replicate?: ReplicateSettings
    readonly openai?: OpenAiSettings
    readonly automatic1111?: Automatic1111Settings
    readonly comfyui?: ComfyUiSettings
  }
  readonly concurrency: Readonly<Record<'cpu' | 'transfer' | 'quick' | 'interactive' | 'provider' | 'notify', number>>
  readonly heartbeatMs: number
  readonly stepMaxMs: number
  readonly outputMaxBytes: number
  readonly sourceLimits: { readonly seconds: number; readonly pixels: number }
  readonly drainMs: number
  readonly cacheMaxBytes: number
  /** 0 keeps for ever, or as much as there is. */
  readonly keep: {
    readonly keepRunsDays: number
    readonly keepArtifactsDays: number
    readonly artifactsMaxBytes: number
  }
  readonly logLevel: string
  /** What is probably not meant: told at start, never a reason to refuse. */
  readonly warnings: readonly string[]
}

/**
 * Reads the variables of the table. Relative paths count from the current directory; an empty variable counts as unset.
 * @throws AppError `config_invalid` with a fault for every variable that is wrong.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.entries(withAliases(env)).filter(([name, value]) => name.startsWith('KINORA_') && value !== '')
  const read = schema.safeParse(Object.fromEntries(given))
  if (!read.success)
    throw invalid(
      read.error.issues.map(issue => ({ pointer: `/${asSet(issue.path[0], env)}`, message: issue.message })),
    )
  const config = toConfig(read.data)
  return freeze({
    ...config,
    warnings: [...unknownNames(given.map(([name]) => name)), ...exposed(config)],
  })
}

/** The process's own environment over what a `.env` file beside it says. */
export function readEnvironment(file = '.env'): NodeJS.ProcessEnv {
  try {
    const written = parseEnv(readFileSync(file, 'utf8'))
    // The AWS SDK reads its own variables itself.
    for (const [name, value] of Object.entries(written)) if (name.startsWith('AWS_')) process.env[name] ??= value
    return { ...written, ...process.env }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return process.env
    throw new AppError('config_invalid', `The file ${file} cannot be read`, { cause: error })
  }
}

/** What `openAccess` is told, by whoever opens it. */
export function accessSettings({ dataDirectory, jwtSecret, tokenHours }: Config) {
  return { directory: dataDirectory, given: jwtSecret, tokenHours }
}

/** What `openSessions` is told. */
export function sessionSettings({ motion }: Config) {
  return { hours: motion.sessionHours, preparingMs: motion.patienceMs.prepare }
}

/** What upkeep is told, by whoever does it. */
export function upkeepSettings({ dataDirectory, mounts, keep }: Config) {
  return {
    folders: { scratch: join(dataDirectory, 'scratch'), cache: join(dataDirectory, 'cache'), mounts },
    policy: keep,
  }
}

// What documents and clients call them.
const ALIASES = {
  KINORA_JWT_SECRET: 'JWT_SECRET',
  KINORA_REPLICATE_TOKEN: 'REPLICATE_API_TOKEN',
  KINORA_OPENAI_KEY: 'OPENAI_API_KEY',
  KINORA_OPENAI_URL: 'OPENAI_BASE_URL',
} as const

function withAliases(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const aliased = Object.entries(ALIASES).map(([name, alias]) => [name, env[name] || env[alias] || ''])
  return { ...env, ...Object.fromEntries(aliased) }
}

function asSet(name: unknown, env: NodeJS.ProcessEnv): string {
  const alias = Object.entries(ALIASES).find(([known]) => known === name && !env[known])?.[1]
  return alias ?? String(name)
}

function invalid(faults: readonly Fault[]): AppError {
  // A value may be a password: only the variable is named, and what would be right.
  const lines = faults.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`)
  return new AppError('config_invalid', lines.join('; '), { details: faults })
}

function unknownNames(names: readonly string[]): string[] {
  return names
    .filter(name => !Object.hasOwn(SETTINGS, name))
    .map(name => {
      const meant = nearest(name, Object.keys(SETTINGS))
      return `${name} is not a setting${meant ? `; did you mean ${meant}?` : ''}`
    })
}

function exposed({ host, auth }: Omit<Config, 'warnings'>): string[] {
  if (isLoopback(host) || Object.values(auth).every(mode => mode === 'required')) return []
  return [`Anyone who reaches ${host} may call without credentials: set KINORA_AUTH=required to refuse them`]
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member)
  return Object.freeze(value)
}
