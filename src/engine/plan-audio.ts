// plan-audio: how an output's sound is made: copied when nothing changes it, encoded otherwise.
import { bitratesOf, printBitrate, printSound } from './bitrates.ts'
import { type AudioEncoder, nearestSampleRate } from './codecs.ts'
import { copyObstacle, type Obstacle } from './copying.ts'
import type { Filter } from './filtergraph.ts'
import type { AudioMedia } from './media.ts'
import { isUntouched, pointwiseNode } from './node.ts'
import type { StreamQuestion } from './plan-output.ts'
import type { PlannedAudio } from './planned.ts'
import { channelFilters, encoderFor, lossesOf } from './sound-encoding.ts'

type Copied = { readonly codec: string } | Obstacle

/** Undefined when there is no sound, or after a fault. */
export function planAudio(question: StreamQuestion): PlannedAudio | undefined {
  const { output, media, fault, container } = question
  const { audio } = media
  if (!audio) return undefined
  const asked = output.audio?.codec === 'copy'
  const copied = copiedCodec(audio, question)
  if (asked && 'obstacle' in copied)
    return fault('/codec/audio/codec', `cannot be copied, because ${copied.obstacle}: name an encoder`)
  if ('codec' in copied && (output.audio === undefined || asked))
    return { ...factsOf(audio), codec: copied.codec, node: audio.node }
  if ('flawed' in copied && output.audio === undefined)
    question.warn('', `the sound of "${output.id}" is encoded anew, because ${copied.obstacle}`)
  const encoder = encoderFor(audio, question)
  if (!encoder)
    return fault(
      '/destination',
      `this machine's ffmpeg has no ${container.audioEncoder}, which .${container.ending} needs`,
    )
  return encoded(audio, encoder, question)
}

function encoded(audio: AudioMedia, encoder: AudioEncoder, question: StreamQuestion): PlannedAudio {
  const { output, warn } = question
  const channels = Math.min(output.audio?.channels ?? audio.channels, encoder.maxChannels)
  const sampleRateHz = output.audio?.sampleRateHz ?? nearestSampleRate(encoder, audio.sampleRateHz)
  const bitrateBps = bitrateFor(encoder, channels, sampleRateHz, question)
  const { filters, layout, mixed } = channelFilters(audio, encoder, channels)
  for (const loss of lossesOf(audio, { encoder, channels, sampleRateHz, mixed }, question)) warn('', loss)
  // Always said, even when nothing changes: libopus refuses layouts such as 5.1(side) that it is not told to mix.
  const format: Filter = {
    name: 'aformat',
    args: { sample_rates: sampleRateHz, ...(layout !== undefined && { channel_layouts: layout }) },
  }
  return {
    ...factsOf(audio),
    sampleRateHz,
    channels,
    codec: encoder.codec,
    node: pointwiseNode(audio.node, [...filters, format]),
    encoding: { encoder: encoder.name, ...(bitrateBps !== undefined && { bitrateBps }) },
  }
}

// One spec is sent for many sources: what is too much or too little for this one becomes the nearest that will do.
function bitrateFor(encoder: AudioEncoder, channels: number, sampleRateHz: number, { output, warn }: StreamQuestion) {
  const { min, max } = bitratesOf(encoder, channels, sampleRateHz)
  const askedBps = output.audio?.bitrateBps
  const wantedBps = askedBps ?? (encoder.bitsPerChannel && encoder.bitsPerChannel * channels)
  if (wantedBps === undefined || (wantedBps >= min && wantedBps <= max)) return wantedBps
  const bitrateBps = Math.min(max, Math.max(min, wantedBps))
  const [done, bound] = wantedBps > max ? ['lowered', 'most'] : ['raised', 'least']
  const sound = printSound(encoder, { channels, sampleRateHz })
  if (askedBps !== undefined)
    warn(
      '/codec/audio/bitrate',
      `${printBitrate(askedBps)} was ${done} to ${printBitrate(bitrateBps)}, the ${bound} of ${sound}`,
    )
  return bitrateBps
}

function copiedCodec({ node }: AudioMedia, { output, probes, container }: StreamQuestion): Copied {
  if (!isUntouched(node)) return { obstacle: 'an operation changes the sound' }
  const { codec = 'nothing', flaws } = probes.get(node.input)?.audio ?? {}
  if (!container.audio.includes(codec)) return { obstacle: `.${container.ending} cannot carry ${codec}` }
  const obstacle = copyObstacle(flaws, container)
  return obstacle && !(obstacle.mayBeAsked && output.audio?.codec === 'copy') ? obstacle : { codec }
}

function factsOf({ sampleRateHz, channels, startUs, endUs }: AudioMedia) {
  return { sampleRateHz, channels, startUs, ...(endUs !== undefined && { endUs }) }
}
