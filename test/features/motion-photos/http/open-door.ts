// open-door: the motion-photos door on a port of its own, over a real house, with makers that a test may play.
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { refusal } from '../../../../src/access/refusal.ts'
import { withStaticTokens } from '../../../../src/access/static-tokens.ts'
import type { DoorServices } from '../../../../src/api.ts'
import { motionPhotosDoor } from '../../../../src/features/motion-photos/routes.ts'
import type { MotionServices } from '../../../../src/features/motion-photos/services.ts'
import { openSessions } from '../../../../src/features/motion-photos/sessions.ts'
import type { StepContext, StepKind } from '../../../../src/runs/steps/contract.ts'
import { digestFile } from '../../../../src/storage/digest.ts'
import { openAnswers } from '../../../../src/web/answers.ts'
import { memoryBuckets } from '../../../../src/web/buckets.ts'
import { openServer } from '../../../../src/web/server.ts'
import { shareListener } from '../../../../src/web/surfaces.ts'
import type { House } from '../../../fixtures/house.ts'
import { part } from '../../../fixtures/steps.ts'

/** What the door works with besides what all doors do; nothing of it may be asked for. */
export function motionMeans(): Pick<
  DoorServices,
  'artifacts' | 'sessions' | 'scratch' | 'processes' | 'assertWorkable' | 'images'
> {
  return { artifacts: {}, sessions: {}, scratch: '', processes: {}, images: {} } as ReturnType<typeof motionMeans>
}

export type Studio = Awaited<ReturnType<typeof openStudio>>

const TOKENS = [{ name: 'ann', token: 'ann-token' }, { name: 'ben', token: 'ben-token' }, { token: 'nameless' }]

/** Put it into `await using`. The makers are played: a clip of 10 s, and a few bytes for whatever is made of it. */
export async function openStudio(house: House, given: Partial<MotionServices> = {}) {
  house.play(...makers(house))
  const sessions = openSessions(house, { hours: 24, preparingMs: 300_000 })
  const services: MotionServices = {
    ...motionMeans(),
    ...{ runs: house.runs, artifacts: house.artifacts, sessions, scratch: house.scratch, version: '0.1.0' },
    auth: 'optional',
    identify: withStaticTokens(TOKENS, async () => Promise.reject(refusal('token'))),
    maxBytes: 1_000_000,
    patienceMs: { prepare: 30_000, convert: 30_000, thumbnail: 30_000, cleanup: 10_000 },
    limits: { address: 0, token: 0 },
    concurrency: 3,
    health: async () => ({ sandbox: 'bubblewrap' }),
    ...given,
  }
  const answers = await openAnswers(house.db, { keepHours: 1 })
  const door = shareListener([motionPhotosDoor(services)])
  const calls = { buckets: memoryBuckets(() => 0), perMinute: 0 }
  const surroundings = { name: 'studio', answers, calls, isProxy: () => false, isOrigin: () => false }
  const api = await openServer(door, pino({ level: 'silent' }), {}, surroundings)
  await api.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`
  return {
    ...client(url),
    api,
    sessions: services.sessions,
    async [Symbol.asyncDispose]() {
      await api.close()
      await answers.close()
      house.play()
    },
  }
}

type Headers = Record<string, string>
export type Reply = { status: number; headers: globalThis.Headers; bytes: Buffer; json(): Record<string, unknown> }

/** The beginning of an MP4, and then some bytes that make it one of its own. */
export function clipOf(text: string): Blob {
  return new Blob([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'), text])
}

function client(url: string) {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`, { method, ...init })
    const bytes = Buffer.from(await reply.arrayBuffer())
    return { status: reply.status, headers: reply.headers, bytes, json: () => JSON.parse(String(bytes)) }
  }
  const prepare = async (file: Blob, headers: Headers = {}, name = 'file') => {
    const body = new FormData()
    body.set(name, file, 'clip.mp4')
    return await send('POST', '/prepare', { body, headers })
  }
  return {
    url,
    send,
    prepare,
    /** The id of a new session. */
    async session(headers: Headers = {}, text = String(Math.random())): Promise<string> {
      return String((await prepare(clipOf(text), headers)).json()['session_id'])
    },
    form: async (path: string, fields: object, headers: Headers = {}) =>
      await send('POST', path, { body: new URLSearchParams({ ...fields }), headers }),
    post: async (path: string, body: unknown, headers: Headers = {}) =>
      await send('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  }
}

export const RANGE = { range_start: '0', range_end: '5', cover_time: '2.5', speed: '1.5' }

/** Makers that take no time: what they make says what it is made by. */
export function makers(house: House): StepKind[] {
  const maker = (kind: string, output: string) =>
    part(kind, async (context, params) => await publish(house, context, output, JSON.stringify([kind, params])))
  return [maker('motion.prepare', 'preview'), maker('motion.convert', 'photo'), maker('motion.thumbnail', 'thumbnail')]
}

/** An outcome with one output of these bytes, which lasts ten seconds. */
export async function publish(house: House, { workspace, runId }: StepContext, id: string, bytes: string) {
  const file = workspace.output(id)
  await writeFile(file, bytes)
  const facts = { durationS: 10, streams: [] }
  const made = await house.artifacts.publish(`key of ${bytes}`, file, { digest: await digestFile(file), facts }, runId)
  const output = { id, sizeBytes: made.sizeBytes, sha256: made.digest, durationS: 10, streams: [], cached: false }
  return { outputs: [output] }
}
