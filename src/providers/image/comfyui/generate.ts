// generate: one order, from the workflow to the bytes of its pictures; or from where an earlier attempt has left it.
import { AppError, isErrno } from '../../../lib/errors.ts'
import { newUuid } from '../../../lib/ids.ts'
import { isGivenUp } from '../../vendor.ts'
import type { Generated, ImageOrder, ImageWork } from '../contract.ts'
import { persistently } from '../patience.ts'
import { surplusWarnings } from '../surplus.ts'
import { type Ended, type Names, namesSchema } from './answers.ts'
import { type Ear, openEar } from './ear.ts'
import { toValues } from './model.ts'
import { sumProgress } from './progress.ts'
import type { ComfyUi } from './server.ts'
import { lingering, stop } from './stop.ts'
import { fillWorkflow, type Workflow } from './workflow.ts'

export type Means = { readonly comfyUi: ComfyUi; readonly url: string; readonly workflow: Workflow }

export async function generate(means: Means, order: ImageOrder, work: ImageWork): Promise<Generated> {
  work.signal.throwIfAborted()
  const found = namesSchema.safeParse(work.notes.found).data
  // By one name, so that the order can be found under it whatever becomes of the answer.
  const id = newUuid()
  const names: Names = found ?? { clientId: id, promptId: id, leftOut: [] }
  const listener = {
    promptId: () => names.promptId,
    progress: sumProgress(means.workflow.graph, fraction => work.progress(fraction)),
  }
  using ear = await openEar(means.url, names.clientId, listener)
  try {
    const isKnown = found !== undefined && (await look(means, names, work)) !== undefined
    if (!isKnown) await begin(means, order, names, work)
    const ended = await follow(means, names, ear, work)
    const generated = await fetchPictures(means.comfyUi, ended, order, work)
    return { ...generated, warnings: [...leftOutWarnings(names), ...generated.warnings] }
  } catch (thrown) {
    if (isGivenUp(work.signal)) await stop(means.comfyUi, names)
    throw thrown
  }
}

// A quarter of a minute.
const TRIES = 7

async function look({ comfyUi }: Means, names: Names, work: ImageWork) {
  const found = await persistently(TRIES, work, () => comfyUi.find(names, work.signal))
  if (found) names.promptId = found.promptId
  return found
}

const LINGER_MS = 2000

async function begin(means: Means, order: ImageOrder, names: Names, work: ImageWork): Promise<void> {
  const { comfyUi, workflow } = means
  const checkpoint = workflow.placeholders.has('checkpoint') ? await firstCheckpoint(comfyUi, work.signal) : ''
  const graph = fillWorkflow(workflow, toValues(workflow, order, checkpoint))
  await work.notes.keep(names)
  work.signal.throwIfAborted()
  try {
    // What is on its way may have been taken: the answer gets a moment, so that it can be taken back.
    const { promptId, leftOut } = await comfyUi.order(graph, names, lingering(work.signal, LINGER_MS))
    if (promptId === names.promptId && leftOut.length === 0) return
    Object.assign(names, { promptId, leftOut })
    await work.notes.keep(names)
  } catch (thrown) {
    work.signal.throwIfAborted()
    // An answer that was lost does not mean that the order was.
    if (!mayBeTaken(thrown) || !(await look(means, names, work))) throw thrown
  }
}

const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

function mayBeTaken(thrown: unknown): boolean {
  if (!(thrown instanceof AppError)) return false
  if (thrown.code === 'provider_unreadable') return true
  if (thrown.code !== 'provider_failed') return false
  return !NEVER_SENT.some(code => isErrno(thrown.cause, code))
}

async function firstCheckpoint(comfyUi: ComfyUi, signal: AbortSignal): Promise<string> {
  const [first] = await comfyUi.checkpoints(signal)
  if (first === undefined) throw comfyUi.error('provider_refused', 'it has no checkpoint to make pictures with')
  return first
}

const LOOK_MS = { hearing: 5000, deaf: 1000 }
const HEAR_MS = 500

async function follow(means: Means, names: Names, ear: Ear, work: ImageWork): Promise<Ended> {
  const { error } = means.comfyUi
  for (;;) {
    const found = await look(means, names, work)
    if (!found) throw error('provider_failed', 'it does not know the order any more')
    if (found.state === 'ended') {
      const words = await failureOf(found.ended, names, ear, work)
      if (words === undefined) return found.ended
      throw error(isUnsafe(words) ? 'provider_refused' : 'provider_failed', words)
    }
    await Promise.race([work.pause(ear.isOpen ? LOOK_MS.hearing : LOOK_MS.deaf), ear.word()])
    work.signal.throwIfAborted()
  }
}

// The history of older servers does not tell, and what they say over the WebSocket may come later than the answer to a look.
async function failureOf(ended: Ended, names: Names, ear: Ear, work: ImageWork): Promise<string | undefined> {
  if (ended.failure !== undefined || ended.pictures.length > 0) return ended.failure
  if (ear.isOpen && ear.failureOf(names.promptId) === undefined) await work.pause(HEAR_MS)
  return ear.failureOf(names.promptId)
}

// ComfyUI itself draws whatever it is told; nodes that check what they see fail with a sentence, and would again.
function isUnsafe(words: string): boolean {
  return /\b(nsfw|unsafe|safety|moderat\w*)\b/i.test(words)
}

async function fetchPictures(comfyUi: ComfyUi, ended: Ended, order: ImageOrder, work: ImageWork): Promise<Generated> {
  // What a workflow only shows, it writes to temp.
  const saved = ended.pictures.filter(({ type }) => type === 'output')
  const made = saved.length > 0 ? saved : ended.pictures
  if (made.length === 0)
    throw comfyUi.error('provider_unreadable', 'the workflow has run to its end, and saved no picture')
  const pictures = []
  // Where they lie: there they stay for the next attempt, too.
  for (const picture of made.slice(0, MOST))
    pictures.push({ bytes: await persistently(TRIES, work, () => comfyUi.bytes(picture, work.signal)) })
  return { pictures, keptBy: 'vendor', warnings: warningsOf(made.length, order.count) }
}

const MOST = 64

function leftOutWarnings({ leftOut }: Names): string[] {
  return leftOut.length === 0 ? [] : [`ComfyUI left out a part of the workflow: ${leftOut.join('; ')}`]
}

function warningsOf(made: number, ordered: number): readonly string[] {
  if (made < ordered) return [`ComfyUI made ${made} of the ${ordered} pictures that were ordered`]
  if (made > MOST) return [`ComfyUI made ${made} pictures where ${ordered} were ordered: the first ${MOST} are kept`]
  return surplusWarnings('ComfyUI', made, ordered)
}
