// settings: every variable that Kinora reads, with its default and what it means; docs/configuration.md is made from it.
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

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
      .optional(),
    'embedded, in the data directory',
    'A PostgreSQL database (`postgres://…`) in place of the embedded one; `api` and `worker` need it.',
  ),
  KINORA_STORAGE_URL: setting(
    z.string().transform(readDirectory).optional(),
    '`objects` in the data directory',
    'Where finished bytes are kept: a directory, as a path or a `file:` URL.',
  ),
  KINORA_HOST: text('localhost', 'The address to listen on. `localhost` is both loopbacks, 127.0.0.1 and ::1.'),
  KINORA_PORT_PIPELINES: port('pipelines', 8081),
  KINORA_AUTH: setting(
    z.enum(['optional', 'required'], 'must be optional or required').optional(),
    '`optional` on loopback, `required` elsewhere',
    'Whether a call without credentials is refused. Wrong credentials always are.',
  ),
  KINORA_AUTH_PIPELINES: setting(
    z.enum(['optional', 'required'], 'must be optional or required').optional(),
    'as `KINORA_AUTH`',
    'The same, for the pipelines door only.',
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
  KINORA_CONCURRENCY_CPU: setting(
    whole(1, 1024).optional(),
    'one for every two cores',
    'How many encodes run at once.',
  ),
  KINORA_CONCURRENCY_TRANSFER: number(4, 1, 1024, 'How many sources and results are copied at once.'),
  KINORA_CONCURRENCY_QUICK: number(4, 1, 1024, 'How many short steps (probing, planning) run at once.'),
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

function port(name: string, usual: number) {
  const range = whole(0, 65_535, 'must be a port from 0 to 65535, or off')
  const meaning = `The port of the ${name} listener; \`0\` is any free one, \`off\` leaves it closed.`
  return setting(
    z.union([z.literal('off'), range], 'must be a port from 0 to 65535, or off').default(usual),
    `\`${usual}\``,
    meaning,
  )
}

function text(usual: string, meaning: string) {
  return setting(z.string().default(usual), `\`${usual}\``, meaning)
}

function number(usual: number, least: number, most: number, meaning: string) {
  return setting(whole(least, most).default(usual), `\`${usual}\``, meaning)
}

function seconds(usual: number, least: number, most: number, meaning: string) {
  const message = `must be a number of seconds from ${least} to ${most}`
  const schema = z
    .string()
    .refine(written => within(/^\d{1,9}(\.\d{1,3})?$/, written, least, most), message)
    .transform(Number)
  return setting(schema.default(usual), `\`${usual}\``, meaning)
}

function whole(least: number, most: number, message = `must be a whole number from ${least} to ${most}`) {
  return z
    .string()
    .refine(written => within(/^\d{1,16}$/, written, least, most), message)
    .transform(Number)
}

function within(shape: RegExp, written: string, least: number, most: number): boolean {
  return shape.test(written) && Number(written) >= least && Number(written) <= most
}

function readDirectory(written: string, context: z.RefinementCtx): string {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(written)) return written
  if (URL.canParse(written) && written.startsWith('file:///')) return fileURLToPath(written)
  context.addIssue('must be a path or a file:///… URL')
  return z.NEVER
}

function readMounts(written: string, context: z.RefinementCtx): Readonly<Record<string, string>> {
  const mounts = written.split(',').map(mount => /^\s*(\/[\w-]+)=(.+?)\s*$/.exec(mount) ?? mount)
  const wrong = mounts.find(mount => typeof mount === 'string')
  if (wrong !== undefined) context.addIssue(`"${wrong}" is not a mount such as /uploads=/srv/in`)
  return Object.fromEntries(
    mounts.filter(mount => typeof mount !== 'string').map(([, name, directory]) => [name, directory]),
  )
}

function setting<Schema extends z.ZodType>(schema: Schema, shown: string, meaning: string) {
  return { schema, shown, meaning }
}
