// settings: every variable that Kinora reads, with its default and what it means; docs/configuration.md is made from it.
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { IMAGE_SETTINGS } from './features/images/settings.ts'
import { MOTION_SETTINGS } from './features/motion-photos/settings.ts'
import { isAllowEntry } from './fetch/allowed.ts'
import { authMode, number, port, seconds, setting, text, whole } from './lib/setting.ts'
import { parseS3Root } from './storage/s3/place.ts'
import { isProxyEntry } from './web/address.ts'

/** The one table. What is optional has a default that depends on something else: `shown` says on what. */
export const SETTINGS = {
  KINORA_DATA_DIR: text(
    './data',
    'Where everything is kept that is not kept elsewhere. One process owns it at a time.',
  ),
  KINORA_DATABASE_URL: setting(
    z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'must begin with postgres://')
      .refine(
        written => URL.canParse(written, 'postgres://base'),
        'must be a URL such as postgres://user@host:5432/name',
      )
      .optional(),
    'embedded, in the data directory',
    'A PostgreSQL database (`postgres://…`) in place of the embedded one; `api` and `worker` need it.',
  ),
  KINORA_STORAGE_URL: setting(
    z.string().transform(readStorage).optional(),
    '`objects` in the data directory',
    'Where finished bytes are kept: a directory, as a path or a `file:` URL, or `s3://bucket/prefix`. Credentials, region ' +
      'and endpoint (`AWS_ENDPOINT_URL`) are those of the AWS SDK: variables, files in `~/.aws`, or the role of the machine.',
  ),
  KINORA_S3_ALLOW: setting(
    z.string().transform(readList).optional(),
    'every bucket that the credentials reach',
    'The buckets and prefixes that jobs may read and write: `clips, results/public`.',
  ),
  KINORA_HOST: text('localhost', 'The address to listen on. `localhost` is both loopbacks, 127.0.0.1 and ::1.'),
  KINORA_PORT_PIPELINES: port('pipelines', 8081),
  KINORA_AUTH: authMode(
    '`optional` on loopback, `required` elsewhere',
    'Whether a call without credentials is refused. Wrong credentials always are.',
  ),
  KINORA_AUTH_PIPELINES: authMode('as `KINORA_AUTH`', 'The same, for the pipelines door only.'),
  ...MOTION_SETTINGS,
  ...IMAGE_SETTINGS,
  KINORA_JWT_SECRET: setting(
    z.string().superRefine(refuseWeakSecret).optional(),
    'made once and kept: in the data directory, or in `KINORA_DATABASE_URL`',
    'What signs tokens: at least 32 bytes. `JWT_SECRET` is read, too, when this one is not set.',
  ),
  KINORA_TOKEN_HOURS: number(24, 1, 8760, 'How long a token is good.'),
  KINORA_IDEMPOTENCY_HOURS: number(
    72,
    1,
    8760,
    'How long the answer to a POST with an `Idempotency-Key` is kept, to be given again to the same request.',
  ),
  KINORA_LIMIT_API: number(
    0,
    0,
    1_000_000,
    'How many requests a minute each caller has, by who they are or else by their address; `0` is no limit.',
  ),
  KINORA_TRUST_PROXY: setting(
    z.string().transform(readProxyEntries).optional(),
    'nobody',
    'Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: `loopback, 10.1.2.3, 10.2.0.0/16`.',
  ),
  KINORA_PUBLIC_URL: setting(
    z.string().transform(readPublicUrl).optional(),
    'what each request was sent to',
    'How Kinora is reached from outside, for the URLs that it answers: `https://media.example.com`.',
  ),
  KINORA_CORS_ORIGINS: setting(
    z.string().transform(readOrigins).optional(),
    '`http://localhost:5173` and the listeners themselves',
    'Which web pages may call from a browser, by their exact origins: `https://app.example.com, http://localhost:3000`.',
  ),
  KINORA_MOUNTS: setting(
    z.string().transform(readMounts).optional(),
    '`/uploads` and `/output` in the data directory',
    'Folders that jobs read and write: `/uploads=/srv/in,/output=/srv/out` moves these two and may add others.',
  ),
  KINORA_SANDBOX: setting(
    z.enum(['auto', 'required', 'off'], 'must be auto, required or off').default('auto'),
    '`auto`',
    'Media tools run in a bubblewrap box: where there is one (`auto`), or not at all without one (`required`).',
  ),
  KINORA_FETCH_ALLOW: setting(
    z.string().transform(readAllowEntries).optional(),
    'nothing',
    'Private hosts that sources and webhooks may still be at, each at any port or at one: `minio:9000, 10.1.0.0/16`.',
  ),
  KINORA_FETCH_MAX_BYTES: number(
    20_000_000_000,
    1,
    Number.MAX_SAFE_INTEGER,
    'The largest source that is fetched over HTTP.',
  ),
  KINORA_CONCURRENCY_CPU: setting(
    whole(1, 1024).optional(),
    'one for every two cores',
    'How many encodes run at once.',
  ),
  KINORA_CONCURRENCY_TRANSFER: number(4, 1, 1024, 'How many sources and results are copied at once.'),
  KINORA_CONCURRENCY_QUICK: number(4, 1, 1024, 'How many short steps (probing, planning) run at once.'),
  KINORA_MOTION_CONCURRENCY: number(3, 1, 1024, 'How many motion photos (and what belongs to them) are made at once.'),
  KINORA_CONCURRENCY_PROVIDER: number(
    8,
    1,
    1024,
    'How many pictures and the like are waited for at once, from whoever makes them.',
  ),
  KINORA_CONCURRENCY_NOTIFY: number(8, 1, 1024, 'How many webhooks are sent at once.'),
  KINORA_HEARTBEAT_SECONDS: seconds(
    5,
    0.1,
    600,
    'How often a running step says so; after three silent ones it goes to another worker.',
  ),
  KINORA_STEP_MAX_SECONDS: seconds(21_600, 1, 604_800, 'After this long a media tool is killed.'),
  KINORA_OUTPUT_MAX_BYTES: number(
    50_000_000_000,
    1,
    Number.MAX_SAFE_INTEGER,
    'The largest file that a media tool may write.',
  ),
  KINORA_CACHE_MAX_BYTES: number(
    20_000_000_000,
    0,
    Number.MAX_SAFE_INTEGER,
    'How much of what was fetched from elsewhere is kept on this machine, to be read again.',
  ),
  KINORA_KEEP_RUNS_DAYS: number(
    30,
    0,
    36_500,
    'How long a job that has ended is kept, with its steps, its events and its pictures; `0` is for ever.',
  ),
  KINORA_KEEP_ARTIFACTS_DAYS: number(
    30,
    0,
    36_500,
    'How long a finished output that nobody uses is kept for other jobs, and for `run://`; `0` is for ever. ' +
      'What was delivered stays where it is. An output may go before the jobs that made it: they still tell of it.',
  ),
  KINORA_ARTIFACTS_MAX_BYTES: number(
    0,
    0,
    Number.MAX_SAFE_INTEGER,
    'How much of them is kept: beyond that, what was used longest ago goes first; `0` is as much as there is. ' +
      'What was used within the last hour stays, and so do the pictures of jobs that are kept; bytes go an hour after they are forgotten.',
  ),
  KINORA_SOURCE_MAX_SECONDS: seconds(43_200, 1, 604_800, 'The longest source that is worked with.'),
  KINORA_SOURCE_MAX_PIXELS: number(2 ** 27, 1, 2 ** 27, 'The most pixels that a picture of a source may have.'),
  KINORA_DRAIN_SECONDS: seconds(
    20,
    0,
    3600,
    'How long an orderly stop waits for running steps before it hands them back.',
  ),
  KINORA_LOG_LEVEL: setting(
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a level such as info or debug')
      .default('info'),
    '`info`',
    'What is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
  ),
}

// Documents about Kinora show such secrets; whoever has read them could sign tokens.
const EXAMPLE_SECRET = /your-(?:very-long-)?(?:jwt-)?secret|^secret-key|change-?me/i

function refuseWeakSecret(secret: string, context: z.RefinementCtx): void {
  const remedy = 'make one of your own, as with `openssl rand -base64 48`'
  if (EXAMPLE_SECRET.test(secret)) context.addIssue(`is an example that everybody can read: ${remedy}`)
  else if (Buffer.byteLength(secret) < 32) context.addIssue(`must have at least 32 bytes: ${remedy}`)
}

function readList(written: string): string[] {
  return written
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
}

function readStorage(written: string, context: z.RefinementCtx): string {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(written) || isS3Root(written)) return written
  if (URL.canParse(written) && written.startsWith('file:///')) return fileURLToPath(written)
  context.addIssue('must be a path, a file:///… URL or s3://bucket/prefix')
  return z.NEVER
}

function isS3Root(written: string): boolean {
  try {
    return parseS3Root(written) !== undefined
  } catch {
    return false
  }
}

function readMounts(written: string, context: z.RefinementCtx): Readonly<Record<string, string>> {
  const mounts = written.split(',').map(mount => /^\s*(\/[\w-]+)=(.+?)\s*$/.exec(mount) ?? mount)
  const wrong = mounts.find(mount => typeof mount === 'string')
  if (wrong !== undefined) context.addIssue(`"${wrong}" is not a mount such as /uploads=/srv/in`)
  return Object.fromEntries(
    mounts.filter(mount => typeof mount !== 'string').map(([, name, directory]) => [name, directory]),
  )
}

function readAllowEntries(written: string, context: z.RefinementCtx): readonly string[] {
  const entries = written.split(',').map(entry => entry.trim())
  const wrong = entries.find(entry => !isAllowEntry(entry))
  if (wrong !== undefined) context.addIssue(`"${wrong}" is not a host, a host:port or a network such as 10.1.0.0/16`)
  return entries
}

function readProxyEntries(written: string, context: z.RefinementCtx): readonly string[] {
  const entries = written.split(',').map(entry => entry.trim())
  const wrong = entries.find(entry => !isProxyEntry(entry))
  if (wrong !== undefined) context.addIssue(`"${wrong}" is not an address, a network such as 10.1.0.0/16, or loopback`)
  return entries
}

function readPublicUrl(written: string, context: z.RefinementCtx): string {
  const url = URL.parse(written)
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash)
    return url.href.replace(/\/+$/, '')
  context.addIssue('must be a URL such as https://media.example.com')
  return z.NEVER
}

function readOrigins(written: string, context: z.RefinementCtx): readonly string[] {
  const origins = written.split(',').map(origin => origin.trim().replace(/\/$/, ''))
  const wrong = origins.find(origin => !/^https?:[^*]+$/.test(origin) || URL.parse(origin)?.origin !== origin)
  if (wrong !== undefined) context.addIssue(`"${wrong}" is not an origin such as https://app.example.com`)
  return origins
}
