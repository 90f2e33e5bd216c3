// plan-output: which streams one output gets, and for each whether its packets are copied or how it is encoded.
import type { Fault } from '../lib/errors.ts'
import { toNumber } from '../lib/rational.ts'
import { toSeconds } from '../lib/time.ts'
import type { Capabilities } from './capabilities.ts'
import type { Room } from './colour/form.ts'
import { type Container, containers } from './containers.ts'
import type { GraphOutput } from './graph.ts'
import type { Media } from './media.ts'
import { planAudio } from './plan-audio.ts'
import { planCompanions } from './plan-companions.ts'
import { planVideo } from './plan-video.ts'
import type { PlannedAudio, PlannedOutput, PlannedVideo } from './planned.ts'
import type { Probe } from './probe.ts'
import { sourceWarnings } from './source-warnings.ts'
import { pictureFault, undecodableWarnings } from './undecodable.ts'

export type OutputQuestion = {
  readonly output: GraphOutput
  readonly index: number
  readonly media: Media
  readonly room: Room
  /** The output names an input itself: nothing is done to it. */
  readonly direct: boolean
  readonly probes: ReadonlyMap<string, Probe>
  readonly capabilities: Capabilities
}

/** What the planning of a stream needs besides the stream. */
export type StreamQuestion = OutputQuestion & {
  readonly container: Container
  fault(at: string, message: string): undefined
  warn(at: string, message: string): void
}

export type OutputAnswer = { readonly planned?: PlannedOutput; readonly faults: Fault[]; readonly warnings: Fault[] }

/** Plans one output; faults point into `/outputs/<index>`. */
export function planOutput(question: OutputQuestion): OutputAnswer {
  const { output, index, media } = question
  const container = containers.get(output.container)
  if (!container) throw new TypeError(`the graph has not been validated: there is no container "${output.container}"`)
  const faults: Fault[] = []
  const told: Fault[] = []
  const teller = (list: Fault[]) => (at: string, message: string) =>
    void list.push({ pointer: `/outputs/${index}${at}`, message })
  const fault = teller(faults)
  const streams = { ...question, container, fault: fault as StreamQuestion['fault'], warn: teller(told) }
  const withVideo = wantsVideo(question, container)
  const video = withVideo ? planVideo(streams) : undefined
  const audio = planAudio(streams)
  const unseen = withVideo && !video ? pictureFault(audio?.node, question.probes) : undefined
  if (unseen !== undefined) fault('/id', unseen)
  if (!video && !audio && faults.length === 0) fault('/id', emptiness(output, media))
  if (faults.length > 0) return { faults, warnings: [] }
  const streamsMade = [video, audio].filter(stream => stream !== undefined)
  const ends = streamsMade.flatMap(({ endUs }) => endUs ?? [])
  const startUs = Math.min(...streamsMade.map(stream => stream.startUs))
  const companions = planCompanions({ video, audio }, { ...question, container: output.container })
  const planned = {
    index,
    id: output.id,
    destination: output.destination,
    container: output.container,
    ...(video && { video }),
    ...(audio && { audio }),
    ...(companions && { companions }),
    ...(ends.length > 0 && { durationUs: Math.max(...ends) - startUs }),
    cost: costOf(video, audio),
  }
  const warnings = [
    ...told,
    ...unheeded(output, index, media),
    ...droppedPicture(question, container),
    ...sourceWarnings(planned, question.room, question.probes),
    ...undecodableWarnings(planned, question.probes),
  ]
  return { planned, faults, warnings }
}

// A container for sound takes the sound; so does a source that is given nothing but an audio codec.
function wantsVideo({ output, direct }: OutputQuestion, container: Container): boolean {
  if (container.videoEncoder === undefined) return false
  return !(direct && output.audio && !output.video)
}

// By contract; but who only meant to say how the sound is to be should know.
function droppedPicture(question: OutputQuestion, container: Container): Fault[] {
  const { output, index, media } = question
  const dropped = container.videoEncoder !== undefined && media.video && !wantsVideo(question, container)
  const message = `leaves out the picture of "${output.id}": only codec.audio is given, so name codec.video too`
  return dropped ? [{ pointer: `/outputs/${index}/codec`, message }] : []
}

function emptiness(output: GraphOutput, media: Media): string {
  if (media.video) return `"${output.id}" has no sound, and .${output.container} carries sound only`
  return `"${output.id}" has neither picture nor sound`
}

// The codec of a stream that is not there is told, not refused: a client may send one spec for many sources.
function unheeded({ id, video, audio }: GraphOutput, index: number, media: Media): Fault[] {
  const at = `/outputs/${index}/codec`
  return [
    ...(video && !media.video ? [{ pointer: `${at}/video`, message: `"${id}" has no picture` }] : []),
    ...(audio && !media.audio ? [{ pointer: `${at}/audio`, message: `"${id}" has no sound` }] : []),
  ]
}

// Encoding pictures is nearly all the work; everything else counts as a little.
function costOf(video: PlannedVideo | undefined, audio: PlannedAudio | undefined): number {
  const seconds = toSeconds(Math.max(video?.endUs ?? 0, audio?.endUs ?? 0)) || 1
  const pixels = video?.encoding ? video.widthPx * video.heightPx * toNumber(video.frameRate) : 0
  return Math.ceil(seconds * (pixels + 100_000))
}
