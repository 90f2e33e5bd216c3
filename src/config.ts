// config: environment → one frozen Config, with everything that is wrong told at once. The only reader of process.env.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
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

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
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

type Shape = { [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['schema'] }

const schema = z.object(Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.schema])) as Shape)

function toConfig(values: z.infer<typeof schema>): Omit<Config, 'warnings'> {
  const dataDirectory = resolve(values.KINORA_DATA_DIR)
  return {
    dataDirectory,
    databaseUrl: values.KINORA_DATABASE_URL,
    storageUrl: toStorageUrl(values.KINORA_STORAGE_URL ?? join(dataDirectory, 'objects')),
    s3Allow: values.KINORA_S3_ALLOW,
    mounts: toMounts(dataDirectory, values.KINORA_MOUNTS ?? {}),
    host: values.KINORA_HOST,
    ports: { pipelines: values.KINORA_PORT_PIPELINES, studio: values.KINORA_PORT_STUDIO },
    auth: toAuth(values),
    tokens: values.KINORA_TOKENS ?? [],
    jwtSecret: values.KINORA_JWT_SECRET,
    tokenHours: values.KINORA_TOKEN_HOURS,
    idempotencyHours: values.KINORA_IDEMPOTENCY_HOURS,
    limits: toLimits(values),
    motion: toMotion(values),
    images: toImages(values),
    trustProxy: values.KINORA_TRUST_PROXY ?? [],
    publicUrl: values.KINORA_PUBLIC_URL,
    corsOrigins: values.KINORA_CORS_ORIGINS,
    sandbox: values.KINORA_SANDBOX,
    fetch: { allow: values.KINORA_FETCH_ALLOW ?? [], maxBytes: values.KINORA_FETCH_MAX_BYTES },
    concurrency: toConcurrency(values),
    heartbeatMs: Math.round(values.KINORA_HEARTBEAT_SECONDS * 1000),
    stepMaxMs: Math.round(values.KINORA_STEP_MAX_SECONDS * 1000),
    outputMaxBytes: values.KINORA_OUTPUT_MAX_BYTES,
    sourceLimits: { seconds: values.KINORA_SOURCE_MAX_SECONDS, pixels: values.KINORA_SOURCE_MAX_PIXELS },
    cacheMaxBytes: values.KINORA_CACHE_MAX_BYTES,
    keep: toKeep(values),
    drainMs: Math.round(values.KINORA_DRAIN_SECONDS * 1000),
    logLevel: values.KINORA_LOG_LEVEL,
  }
}

function toAuth(values: z.infer<typeof schema>): Config['auth'] {
  const usual = values.KINORA_AUTH ?? (isLoopback(values.KINORA_HOST) ? 'optional' : 'required')
  return {
    pipelines: values.KINORA_AUTH_PIPELINES ?? usual,
    motionPhotos: values.KINORA_AUTH_MOTION_PHOTOS ?? usual,
    images: values.KINORA_AUTH_IMAGES ?? usual,
  }
}

function toKeep(values: z.infer<typeof schema>): Config['keep'] {
  return {
    keepRunsDays: values.KINORA_KEEP_RUNS_DAYS,
    keepArtifactsDays: values.KINORA_KEEP_ARTIFACTS_DAYS,
    artifactsMaxBytes: values.KINORA_ARTIFACTS_MAX_BYTES,
  }
}

function toLimits(values: z.infer<typeof schema>): Config['limits'] {
  return {
    api: values.KINORA_LIMIT_API,
    motionAddress: values.KINORA_LIMIT_MOTION_ADDRESS,
    motionToken: values.KINORA_LIMIT_MOTION_TOKEN,
    imagesCreate: values.KINORA_LIMIT_IMAGES_CREATE,
    imagesStatus: values.KINORA_LIMIT_IMAGES_STATUS,
  }
}

function toMotion(values: z.infer<typeof schema>): Config['motion'] {
  const ms = (seconds: number) => Math.round(seconds * 1000)
  return {
    maxBytes: values.KINORA_MOTION_MAX_BYTES,
    sessionHours: values.KINORA_MOTION_SESSION_HOURS,
    patienceMs: {
      prepare: ms(values.KINORA_MOTION_PREPARE_SECONDS),
      convert: ms(values.KINORA_MOTION_CONVERT_SECONDS),
      thumbnail: ms(values.KINORA_MOTION_THUMBNAIL_SECONDS),
      cleanup: ms(values.KINORA_MOTION_CLEANUP_SECONDS),
    },
  }
}

function toImages(values: z.infer<typeof schema>): Config['images'] {
  const { KINORA_REPLICATE_TOKEN: token, KINORA_OPENAI_KEY: key, KINORA_A1111_LOGIN: login } = values
  const openai = values.KINORA_OPENAI_URL ?? (key === undefined ? undefined : 'https://api.openai.com/v1')
  const secret = values.KINORA_REPLICATE_WEBHOOK_SECRET
  const replicate = token !== undefined && {
    ...{ url: values.KINORA_REPLICATE_URL, token, models: values.KINORA_REPLICATE_MODELS },
    ...(secret !== undefined && { webhookSecret: secret }),
  }
  return {
    model: values.KINORA_IMAGE_MODEL,
    maxMs: Math.round(values.KINORA_IMAGE_MAX_SECONDS * 1000),
    ...(replicate && { replicate }),
    ...(openai !== undefined && { openai: { url: openai, key, models: values.KINORA_OPENAI_IMAGE_MODELS } }),
    ...(values.KINORA_A1111_URL !== undefined && {
      automatic1111: { url: values.KINORA_A1111_URL, login, models: values.KINORA_A1111_MODELS },
    }),
    ...(values.KINORA_COMFYUI_URL !== undefined && {
      comfyui: { url: values.KINORA_COMFYUI_URL, workflows: values.KINORA_COMFYUI_WORKFLOWS },
    }),
  }
}

function toConcurrency(values: z.infer<typeof schema>): Config['concurrency'] {
  return {
    cpu: values.KINORA_CONCURRENCY_CPU ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    transfer: values.KINORA_CONCURRENCY_TRANSFER,
    quick: values.KINORA_CONCURRENCY_QUICK,
    interactive: values.KINORA_MOTION_CONCURRENCY,
    provider: values.KINORA_CONCURRENCY_PROVIDER,
    notify: values.KINORA_CONCURRENCY_NOTIFY,
  }
}

function toStorageUrl(written: string): string {
  return written.startsWith('s3://') ? written : resolve(written)
}

function toMounts(dataDirectory: string, moved: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const mounts = { '/uploads': join(dataDirectory, 'uploads'), '/output': join(dataDirectory, 'output'), ...moved }
  return Object.fromEntries(Object.entries(mounts).map(([name, directory]) => [name, resolve(directory)]))
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
