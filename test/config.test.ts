// config: what the environment may say, what it means, and what is said when it is wrong.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { loadConfig, readEnvironment } from '../src/config.ts'
import { AppError } from '../src/lib/errors.ts'
import { SETTINGS } from '../src/settings.ts'

test('an empty environment is a working configuration', () => {
  const config = loadConfig({})
  assert.equal(config.dataDirectory, resolve('data'))
  assert.equal(config.storageUrl, resolve('data/objects'))
  assert.deepEqual(config.mounts, { '/uploads': resolve('data/uploads'), '/output': resolve('data/output') })
  assert.equal(config.databaseUrl, undefined)
  assert.equal(config.host, 'localhost')
  assert.equal(config.ports.pipelines, 8081)
  assert.equal(config.heartbeatMs, 5000)
  assert.equal(config.drainMs, 20_000)
  assert.ok(config.concurrency.cpu >= 1)
  assert.deepEqual(config.warnings, [])
})

test('is frozen through and through', () => {
  const config = loadConfig({})
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.mounts) && Object.isFrozen(config.concurrency))
})

// What is set, where it shows, and as what.
const MEANINGS: readonly [Record<string, string>, (config: ReturnType<typeof loadConfig>) => unknown, unknown][] = [
  [{ KINORA_DATA_DIR: '/srv/kinora' }, config => config.mounts['/output'], '/srv/kinora/output'],
  [{ KINORA_STORAGE_URL: '/srv/bytes' }, config => config.storageUrl, '/srv/bytes'],
  [{ KINORA_STORAGE_URL: 'file:///srv/my%20bytes' }, config => config.storageUrl, '/srv/my bytes'],
  [{ KINORA_STORAGE_URL: 's3://bytes/kinora' }, config => config.storageUrl, 's3://bytes/kinora'],
  [{ KINORA_STORAGE_URL: 'bytes' }, config => config.storageUrl, resolve('bytes')],
  [{ KINORA_DATABASE_URL: 'postgres://u:p@h/d' }, config => config.databaseUrl, 'postgres://u:p@h/d'],
  [{ KINORA_PORT_PIPELINES: 'off' }, config => config.ports.pipelines, 'off'],
  [{ KINORA_PORT_PIPELINES: '0' }, config => config.ports.pipelines, 0],
  [{ KINORA_PORT_PIPELINES: '' }, config => config.ports.pipelines, 8081],
  [{ KINORA_AUTH: 'required' }, config => config.auth.pipelines, 'required'],
  [{ KINORA_HOST: '0.0.0.0' }, config => config.auth.pipelines, 'required'],
  [{ KINORA_HOST: '127.1.2.3' }, config => config.auth.pipelines, 'optional'],
  [{ KINORA_HOST: '::1' }, config => config.auth.pipelines, 'optional'],
  [{ KINORA_AUTH: 'required', KINORA_AUTH_PIPELINES: 'optional' }, config => config.auth.pipelines, 'optional'],
  [{ KINORA_HEARTBEAT_SECONDS: '0.5' }, config => config.heartbeatMs, 500],
  [{ KINORA_DRAIN_SECONDS: '1.1' }, config => config.drainMs, 1100],
  [{ KINORA_STEP_MAX_SECONDS: '60' }, config => config.stepMaxMs, 60_000],
  [{ KINORA_JWT_SECRET: 'k'.repeat(32) }, config => config.jwtSecret, 'k'.repeat(32)],
  [{ KINORA_JWT_SECRET: 'ü'.repeat(16) }, config => config.jwtSecret, 'ü'.repeat(16)],
  [{ JWT_SECRET: 'k'.repeat(32) }, config => config.jwtSecret, 'k'.repeat(32)],
  [{ KINORA_JWT_SECRET: 'k'.repeat(33), JWT_SECRET: 'short' }, config => config.jwtSecret, 'k'.repeat(33)],
  [{ KINORA_TOKEN_HOURS: '2' }, config => config.tokenHours, 2],
  [{ KINORA_IDEMPOTENCY_HOURS: '1' }, config => config.idempotencyHours, 1],
  [{ KINORA_LIMIT_API: '100' }, config => config.limits.api, 100],
  [{}, config => config.limits, { api: 0, motionAddress: 10, motionToken: 100, imagesCreate: 10, imagesStatus: 60 }],
  [{}, config => config.images, { model: undefined, maxMs: 600_000 }],
  [
    { REPLICATE_API_TOKEN: 'r8_12345', OPENAI_API_KEY: 'sk-1' },
    config => [config.images.replicate, config.images.openai],
    [
      { url: 'https://api.replicate.com/v1', token: 'r8_12345', models: undefined },
      { url: 'https://api.openai.com/v1', key: 'sk-1', models: undefined },
    ],
  ],
  [
    { KINORA_OPENAI_URL: 'http://localhost:8080/v1/', KINORA_OPENAI_IMAGE_MODELS: 'sdxl, flux' },
    config => config.images.openai,
    { url: 'http://localhost:8080/v1', key: undefined, models: ['sdxl', 'flux'] },
  ],
  [
    { KINORA_A1111_URL: 'http://127.0.0.1:7860', KINORA_A1111_LOGIN: 'ann:pw' },
    config => config.images.automatic1111,
    { url: 'http://127.0.0.1:7860', login: 'ann:pw', models: undefined },
  ],
  [
    { KINORA_COMFYUI_URL: 'http://127.0.0.1:8188', KINORA_COMFYUI_WORKFLOWS: './a.json' },
    config => config.images.comfyui,
    { url: 'http://127.0.0.1:8188', workflows: ['./a.json'] },
  ],
  [{ KINORA_LIMIT_MOTION_ADDRESS: '0' }, config => config.limits.motionAddress, 0],
  [{ KINORA_LIMIT_MOTION_TOKEN: '7' }, config => config.limits.motionToken, 7],
  [{}, config => config.ports.studio, 8000],
  [{ KINORA_PORT_STUDIO: 'off' }, config => config.ports.studio, 'off'],
  [{ KINORA_AUTH: 'required' }, config => config.auth.motionPhotos, 'required'],
  [{ KINORA_AUTH_MOTION_PHOTOS: 'required' }, config => config.auth.motionPhotos, 'required'],
  [{}, config => [config.motion.maxBytes, config.motion.sessionHours], [524_288_000, 24]],
  [{ KINORA_MOTION_MAX_BYTES: '1000' }, config => config.motion.maxBytes, 1000],
  [{ KINORA_MOTION_SESSION_HOURS: '2' }, config => config.motion.sessionHours, 2],
  [{}, config => Object.values(config.motion.patienceMs), [300_000, 120_000, 30_000, 10_000]],
  [{ KINORA_MOTION_PREPARE_SECONDS: '1.5' }, config => config.motion.patienceMs.prepare, 1500],
  [{ KINORA_MOTION_CONVERT_SECONDS: '2' }, config => config.motion.patienceMs.convert, 2000],
  [{ KINORA_MOTION_THUMBNAIL_SECONDS: '3' }, config => config.motion.patienceMs.thumbnail, 3000],
  [{ KINORA_MOTION_CLEANUP_SECONDS: '4' }, config => config.motion.patienceMs.cleanup, 4000],
  [{}, config => config.tokens, []],
  [
    { KINORA_TOKENS: 'ann:secret-word, a:b:c:secret,plain_token' },
    config => config.tokens,
    [{ name: 'ann', token: 'secret-word' }, { name: 'a', token: 'b:c:secret' }, { token: 'plain_token' }],
  ],
  [{ KINORA_TRUST_PROXY: 'loopback, 10.0.0.0/8' }, config => config.trustProxy, ['loopback', '10.0.0.0/8']],
  [{ KINORA_PUBLIC_URL: 'https://a.example/k/' }, config => config.publicUrl, 'https://a.example/k'],
  [
    { KINORA_CORS_ORIGINS: 'https://a.example, http://b:1' },
    config => config.corsOrigins,
    ['https://a.example', 'http://b:1'],
  ],
  [{ KINORA_OUTPUT_MAX_BYTES: '1000' }, config => config.outputMaxBytes, 1000],
  [{}, config => config.fetch, { allow: [], maxBytes: 20_000_000_000 }],
  [{ KINORA_FETCH_ALLOW: 'minio:9000, 10.1.0.0/16' }, config => config.fetch.allow, ['minio:9000', '10.1.0.0/16']],
  [{ KINORA_FETCH_MAX_BYTES: '1000' }, config => config.fetch.maxBytes, 1000],
  [
    { KINORA_MOUNTS: '/uploads=/srv/in' },
    config => config.mounts,
    { '/uploads': '/srv/in', '/output': resolve('data/output') },
  ],
  [{ KINORA_MOUNTS: '/uploads=/srv/in, /film=films' }, config => config.mounts['/film'], resolve('films')],
]

for (const [env, read, expected] of MEANINGS)
  test(`${JSON.stringify(env)} means ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(read(loadConfig(env)), expected)
  })

const WRONG: readonly [string, string][] = [
  ['KINORA_DATABASE_URL', 'mysql://u:hunter2@h/d'],
  ['KINORA_JWT_SECRET', 'hunter2'.padEnd(31, 'x')],
  ['JWT_SECRET', 'hunter2'],
  ['KINORA_DATABASE_URL', 'postgres://user:hunter2@host:port/name'],
  ['KINORA_JWT_SECRET', 'your-secret-key'],
  ['KINORA_JWT_SECRET', 'your-very-long-secret-key-here'],
  ['KINORA_JWT_SECRET', 'your-very-long-secret-key-here-that-is-longer'],
  ['KINORA_TOKEN_HOURS', '0'],
  ['KINORA_REPLICATE_TOKEN', 'short'],
  ['KINORA_OPENAI_URL', 'ftp://hunter2.example'],
  ['KINORA_A1111_URL', 'http://u:hunter2@h'],
  ['KINORA_A1111_LOGIN', 'hunter2'],
  ['KINORA_COMFYUI_WORKFLOWS', 'a.json,'],
  ['KINORA_IMAGE_MAX_SECONDS', '0'],
  ['KINORA_STORAGE_URL', 's3://b'],
  ['KINORA_STORAGE_URL', 'gs://bucket'],
  ['KINORA_STORAGE_URL', 'file://host/share'],
  ['KINORA_PORT_PIPELINES', '65536'],
  ['KINORA_PORT_PIPELINES', '-1'],
  ['KINORA_PORT_PIPELINES', '80 80'],
  ['KINORA_PORT_PIPELINES', '1e3'],
  ['KINORA_AUTH', 'maybe'],
  ['KINORA_AUTH_PIPELINES', 'Required'],
  ['KINORA_SANDBOX', 'on'],
  ['KINORA_CONCURRENCY_CPU', '0'],
  ['KINORA_HEARTBEAT_SECONDS', '5s'],
  ['KINORA_DRAIN_SECONDS', '-1'],
  ['KINORA_OUTPUT_MAX_BYTES', '99999999999999999999'],
  ['KINORA_MOUNTS', 'uploads=/srv/in'],
  ['KINORA_MOUNTS', '/uploads=/srv/in,/output'],
  ['KINORA_MOUNTS', '/a/b=/srv/in'],
  ['KINORA_FETCH_ALLOW', 'minio,http://minio/'],
  ['KINORA_FETCH_ALLOW', '10.0.0.0/33'],
  ['KINORA_FETCH_ALLOW', '*'],
  ['KINORA_FETCH_MAX_BYTES', '0'],
  ['KINORA_LOG_LEVEL', 'loud'],
  ['KINORA_IDEMPOTENCY_HOURS', '0'],
  ['KINORA_LIMIT_API', '-1'],
  ['KINORA_TOKENS', 'hunter2'],
  ['KINORA_TOKENS', 'good-token, hunter2'],
  ['KINORA_TOKENS', 'ann:hunter2 hunter2'],
  ['KINORA_MOTION_MAX_BYTES', '0'],
  ['KINORA_MOTION_CONVERT_SECONDS', '0'],
  ['KINORA_TRUST_PROXY', 'true'],
  ['KINORA_TRUST_PROXY', '10.0.0.0/8,proxy.example'],
  ['KINORA_PUBLIC_URL', 'a.example'],
  ['KINORA_PUBLIC_URL', 'https://u:p@a.example'],
  ['KINORA_CORS_ORIGINS', '*'],
  ['KINORA_CORS_ORIGINS', 'null'],
  ['KINORA_CORS_ORIGINS', 'https://a.example/path'],
  ['KINORA_CORS_ORIGINS', 'https://*.example'],
]

for (const [name, value] of WRONG)
  test(`${name}=${value} is refused, and the variable is named`, () => {
    const error = faultsOf({ [name]: value })
    assert.equal(error.code, 'config_invalid')
    assert.deepEqual(
      error.details.map(({ pointer }) => pointer),
      [`/${name}`],
    )
    assert.match(error.message, new RegExp(`^${name} `))
  })

test('everything that is wrong is told at once', () => {
  const error = faultsOf({ KINORA_AUTH: 'x', KINORA_PORT_PIPELINES: 'x', KINORA_STORAGE_URL: 's3://x' })
  assert.equal(error.details.length, 3)
})

test('a password in a wrong URL is not repeated', () => {
  const { message, details } = faultsOf({ KINORA_DATABASE_URL: 'mysql://u:hunter2@h/d' })
  assert.doesNotMatch(message + JSON.stringify(details), /hunter2/)
})

test('a setting that is not known is a warning with the name that was meant', () => {
  const { warnings } = loadConfig({ KINORA_DATADIR: '/x', KINORA_NONSENSE_ENTIRELY: '1', OTHER: '1' })
  assert.deepEqual(warnings, [
    'KINORA_DATADIR is not a setting; did you mean KINORA_DATA_DIR?',
    'KINORA_NONSENSE_ENTIRELY is not a setting',
  ])
})

test('being open to the network is a warning, when it was asked for', () => {
  assert.match(loadConfig({ KINORA_HOST: '0.0.0.0', KINORA_AUTH: 'optional' }).warnings.join(), /without credentials/)
  assert.deepEqual(loadConfig({ KINORA_HOST: '0.0.0.0' }).warnings, [])
})

test('the environment wins over the file beside it, and no file is fine', t => {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-config-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const file = join(directory, '.env')
  writeFileSync(file, '# ours\nKINORA_HOST=10.0.0.1\nPATH=/nowhere\nAWS_PROFILE=of-the-file\n')
  const env = readEnvironment(file)
  assert.equal(env['KINORA_HOST'], '10.0.0.1')
  assert.equal(env['PATH'], process.env['PATH'])
  // The AWS SDK looks for its own.
  assert.equal(process.env['AWS_PROFILE'], 'of-the-file')
  delete process.env['AWS_PROFILE']
  assert.equal(readEnvironment(join(directory, 'none'))['KINORA_HOST'], process.env['KINORA_HOST'])
})

test('every row of the table says what it means and what it is when nothing is set', () => {
  for (const [name, { shown, meaning, schema }] of Object.entries(SETTINGS)) {
    assert.ok(shown && meaning.endsWith('.'), name)
    assert.ok(schema.safeParse(undefined).success, name)
  }
})

function faultsOf(env: NodeJS.ProcessEnv): AppError {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('It was accepted')
}
