// sound-encoding: which encoder keeps what there is of the sound, which channels it gets, and what is lost all the same.
import { type AudioEncoder, audioEncoders, channelLayout, everyAudioEncoder } from './codecs.ts'
import type { Filter } from './filtergraph.ts'
import type { AudioMedia } from './media.ts'
import { sourcesOf } from './node.ts'
import type { StreamQuestion } from './plan-output.ts'
import { holds, printPrecision } from './precision.ts'

/** The one that was named, or else the container's own; of lossless sound one that loses nothing, where that is usual there. */
export function encoderFor(audio: AudioMedia, question: StreamQuestion): AudioEncoder | undefined {
  const { output, container, capabilities } = question
  const named = output.audio?.codec
  const keeping = named === undefined || named === 'copy' ? keepingEncoder(audio, question) : undefined
  const encoder = keeping ?? audioEncoders.get(named ?? container.audioEncoder)
  return encoder && capabilities.encoders.has(encoder.name) ? encoder : undefined
}

// PCM stays PCM and FLAC stays FLAC in any container that carries them; in WAV all is PCM, of the depth that is needed.
function keepingEncoder(audio: AudioMedia, { container, probes, capabilities }: StreamQuestion) {
  const { precision } = audio
  if (!precision) return undefined
  const codec = probes.get(sourcesOf(audio.node)[0]?.input ?? '')?.audio?.codec ?? ''
  const usual = audioEncoders.get(container.audioEncoder)
  const candidates = everyAudioEncoder.filter(
    ({ name, codec, maxChannels, ...encoder }) =>
      encoder.precision &&
      maxChannels >= audio.channels &&
      container.audio.includes(codec) &&
      capabilities.encoders.has(name),
  )
  const enough = candidates.filter(encoder => encoder.precision && holds(encoder.precision, precision))
  const same = enough.find(encoder => encoder.codec === codec)
  if (same) return same
  const stays = usual?.precision || (isPcm(codec) && container.audio.includes(codec))
  return stays
    ? enough.find(encoder => isPcm(encoder.codec) === isPcm(usual?.precision ? usual.codec : codec))
    : undefined
}

function isPcm(codec: string): boolean {
  return codec.startsWith('pcm_')
}

/** The filters that give an encoder the channels it can keep apart, and whether that mixes any. */
export function channelFilters(
  { channels: found, layout }: AudioMedia,
  { layouts }: AudioEncoder,
  channels: number,
): { readonly filters: readonly Filter[]; readonly layout?: string; readonly mixed: boolean } {
  if (channels !== found) return { filters: [], layout: channelLayout(channels), mixed: channels < found }
  if (!layouts) return { filters: [], mixed: false }
  const usual = channelLayout(channels)
  // Of channels that nobody has named, the first stays the first: ffmpeg would guess names, and mix by them.
  if (layout === undefined)
    return { filters: channels > 2 ? [renamed(channels, usual)] : [], layout: usual, mixed: false }
  if (layouts.includes(layout)) return { filters: [], layout, mixed: false }
  const twin = layout.replace('(side)', '').replace('(back)', '')
  if (twin !== layout && layouts.includes(twin) && SAME_PLACES.includes(layout))
    return { filters: [], layout: twin, mixed: false }
  return { filters: [], layout: usual, mixed: layout !== usual }
}

// Where only the words for the two channels behind the listener differ.
const SAME_PLACES = ['quad(side)', '5.0(side)', '5.1(side)']

function renamed(channels: number, layout: string): Filter {
  const map = Array.from({ length: channels }, (_, index) => index).join('|')
  return { name: 'channelmap', args: { map, channel_layout: layout } }
}

export type Encoded = {
  readonly encoder: AudioEncoder
  readonly channels: number
  readonly sampleRateHz: number
  readonly mixed: boolean
}

/** What is lost although nobody asked for it, in words. */
export function lossesOf(audio: AudioMedia, made: Encoded, { output, container }: StreamQuestion): string[] {
  const { encoder, channels, sampleRateHz, mixed } = made
  const { codec, channels: askedChannels, sampleRateHz: askedRate } = output.audio ?? {}
  const sound = `the sound of "${output.id}"`
  const fewer = channels < audio.channels && askedChannels === undefined
  return [
    ...(codec === undefined ? precisionLoss(sound, audio, encoder, container.ending) : []),
    ...(fewer ? [`${sound} is mixed from ${audio.channels} to ${channels} channels, the most of ${encoder.name}`] : []),
    ...(mixed && channels === audio.channels
      ? [
          `${sound} is mixed from ${audio.layout} to ${channelLayout(channels)}: ${encoder.name} cannot keep ${audio.layout} apart`,
        ]
      : []),
    ...(sampleRateHz < audio.sampleRateHz && askedRate === undefined
      ? [`${sound} is lowered from ${audio.sampleRateHz} to ${sampleRateHz} Hz, the most of ${encoder.name}`]
      : []),
  ]
}

function precisionLoss(sound: string, { precision }: AudioMedia, encoder: AudioEncoder, ending: string): string[] {
  if (!precision) return []
  if (!encoder.precision)
    return [`${sound} is lossless (${printPrecision(precision)}) and is encoded as ${encoder.codec}, which loses`]
  if (holds(encoder.precision, precision)) return []
  return [`${sound} has ${printPrecision(precision)}, and .${ending} gets ${printPrecision(encoder.precision)}`]
}
