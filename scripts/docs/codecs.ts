// codecs: the encoders and containers there are, from the tables that the planner asks.
import { type AudioEncoder, audioEncoders, type VideoEncoder, videoEncoders } from '../../src/engine/codecs.ts'
import { type Container, containers } from '../../src/engine/containers.ts'
import { markdownTable } from './markdown.ts'

export function describeVideoEncoders(): string {
  return markdownTable(
    ['encoder', 'also called', 'presets', 'default', '`crf`', 'default'],
    every(videoEncoders).map(videoRow),
  )
}

export function describeAudioEncoders(): string {
  return markdownTable(
    ['encoder', 'also called', 'default bitrate', 'most channels', 'sample rates'],
    every(audioEncoders).map(audioRow),
  )
}

export function describeContainers(): string {
  return markdownTable(
    ['ending', 'pictures it carries', 'encoded by default with', 'sound it carries', 'encoded by default with'],
    [...containers.values()].map(containerRow),
  )
}

function videoRow({ name, aliases, presets, crf }: VideoEncoder): string[] {
  const speeds = presets ? `${presets.names[0]} … ${presets.names.at(-1)}` : 'none'
  const words = presets && Number.isNaN(Number(presets.names[0])) ? presets.names.join(', ') : speeds
  return [code(name), list(aliases), words, presets?.standard ?? '', `${crf.min} to ${crf.max}`, `${crf.standard}`]
}

function audioRow({ name, aliases, bitsPerChannel, maxChannels, sampleRates }: AudioEncoder): string[] {
  const bitrate = bitsPerChannel === undefined ? 'lossless' : `${bitsPerChannel / 1000}k a channel`
  return [code(name), list(aliases), bitrate, `${maxChannels}`, sampleRates?.join(', ') ?? 'any']
}

function containerRow({ ending, video, videoEncoder, audio, audioEncoder }: Container): string[] {
  return [
    code(`.${ending}`),
    video.join(', ') || 'none',
    videoEncoder ? code(videoEncoder) : '',
    audio.join(', '),
    code(audioEncoder),
  ]
}

// Each encoder is in its table once for every name.
function every<Encoder>(table: ReadonlyMap<string, Encoder>): Encoder[] {
  return [...new Set(table.values())]
}

function list(names: readonly string[]): string {
  return names.map(code).join(', ')
}

function code(text: string): string {
  return `\`${text}\``
}
