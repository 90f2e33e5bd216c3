// values: the variables, read, as the Config that is made of them.
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { SETTINGS } from '../settings.ts'

type Shape = { [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['schema'] }

/** The whole table: what the environment is held against. */
export const schema = z.object(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.schema])) as Shape,
)

type Values = z.infer<typeof schema>

export function toConfig(values: Values): Omit<Config, 'warnings'> {
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

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function toAuth(values: Values): Config['auth'] {
  const usual = values.KINORA_AUTH ?? (isLoopback(values.KINORA_HOST) ? 'optional' : 'required')
  return {
    pipelines: values.KINORA_AUTH_PIPELINES ?? usual,
    motionPhotos: values.KINORA_AUTH_MOTION_PHOTOS ?? usual,
    images: values.KINORA_AUTH_IMAGES ?? usual,
  }
}

function toKeep(values: Values): Config['keep'] {
  return {
    keepRunsDays: values.KINORA_KEEP_RUNS_DAYS,
    keepArtifactsDays: values.KINORA_KEEP_ARTIFACTS_DAYS,
    artifactsMaxBytes: values.KINORA_ARTIFACTS_MAX_BYTES,
  }
}

function toLimits(values: Values): Config['limits'] {
  return {
    api: values.KINORA_LIMIT_API,
    motionAddress: values.KINORA_LIMIT_MOTION_ADDRESS,
    motionToken: values.KINORA_LIMIT_MOTION_TOKEN,
    imagesCreate: values.KINORA_LIMIT_IMAGES_CREATE,
    imagesStatus: values.KINORA_LIMIT_IMAGES_STATUS,
  }
}

function toMotion(values: Values): Config['motion'] {
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

function toImages(values: Values): Config['images'] {
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

function toConcurrency(values: Values): Config['concurrency'] {
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
