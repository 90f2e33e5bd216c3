// plan-audio: how an output's sound is made: copied when nothing changes it, encoded otherwise.
import { bitratesOf, printBitrate, printSound } from './bitrates.ts'
import { type AudioEncoder, nearestSampleRate } from './codecs.ts'
import type { Filter } from './filtergraph.ts'
import type { AudioMedia } from './media.ts'
import { isUntouched, pointwiseNode } from './node.ts'
import type { StreamQuestion } from './plan-output.ts'
import type { PlannedAudio } from './planned.ts'
import { channelFilters, encoderFor, lossesOf } from './sound-encoding.ts'

/** Undefined when there is no sound, or after a fault. */
export function planAudio(question: StreamQuestion): PlannedAudio | undefined {
  const { output, media, fault, container } = question
  const { audio } = media
  if (!audio) return undefined
  const copied = copiedCodec(audio, question)
  if (output.audio?.codec === 'copy' && copied === undefined)
    return fault('/codec/audio/codec', cannotCopy(audio, question))
  if (copied !== undefined && (output.audio === undefined || output.audio.codec === 'copy'))
    return { ...factsOf(audio), codec: copied, node: audio.node }
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

function copiedCodec({ node }: AudioMedia, { probes, container }: StreamQuestion): string | undefined {
  if (!isUntouched(node)) return undefined
  const codec = probes.get(node.input)?.audio?.codec
  return codec !== undefined && container.audio.includes(codec) ? codec : undefined
}

function cannotCopy({ node }: AudioMedia, { probes, container }: StreamQuestion): string {
  if (!isUntouched(node)) return 'cannot be copied, because an operation changes the sound: name an encoder'
  return `cannot be copied, because .${container.ending} cannot carry ${probes.get(node.input)?.audio?.codec}: name an encoder`
}

function factsOf({ sampleRateHz, channels, startUs, endUs }: AudioMedia) {
  return { sampleRateHz, channels, startUs, ...(endUs !== undefined && { endUs }) }
}
