// output-codec: which container and encoders an output asks for, and whether they exist and go together.
import type { z } from 'zod'
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { bitratesOfAny, printBitrate, printSound } from './bitrates.ts'
import type { Capabilities } from './capabilities.ts'
import { type AudioEncoder, audioEncoders, type VideoEncoder, videoEncoders } from './codecs.ts'
import { type Container, containerOf, containers } from './containers.ts'
import { DECODERS } from './decoders.ts'
import type { AudioCodec, GraphOutput, VideoCodec } from './graph.ts'
import type { audioCodecShape, outputShape, videoCodecShape } from './spec.ts'

type Written = z.output<typeof outputShape>

/** The output with its container and encoders; undefined when there was a fault. */
export function readCodec(
  written: Written,
  at: string,
  capabilities: Capabilities,
  faults: Fault[],
): GraphOutput | undefined {
  const container = containerOf(written.destination)
  if (!container) {
    const endings = [...containers.keys()].map(ending => `.${ending}`).join(', ')
    faults.push({ pointer: `${at}/destination`, message: `must end in one of ${endings}` })
    return undefined
  }
  const before = faults.length
  const video =
    written.codec?.video && readVideo(written.codec.video, container, `${at}/codec/video`, capabilities, faults)
  const audio =
    written.codec?.audio && readAudio(written.codec.audio, container, `${at}/codec/audio`, capabilities, faults)
  if (faults.length > before) return undefined
  return {
    id: written.id,
    destination: written.destination,
    container: container.ending,
    ...(video && { video }),
    ...(audio && { audio }),
  }
}

function readVideo(
  written: z.output<typeof videoCodecShape>,
  container: Container,
  at: string,
  capabilities: Capabilities,
  faults: Fault[],
): VideoCodec | undefined {
  const { codec, preset, crf, bitrate } = written
  if (container.videoEncoder === undefined)
    return refuse(faults, at, `.${container.ending} carries sound only: leave video out`)
  if (codec === 'copy') return copyOnly(written, at, faults) ? { codec } : undefined
  const encoder = findEncoder(
    codec ?? container.videoEncoder,
    videoEncoders,
    container.video,
    container,
    `${at}/codec`,
    capabilities,
    faults,
  )
  if (!encoder) return undefined
  checkPreset(encoder, preset, at, faults)
  if (crf !== undefined && (crf < encoder.crf.min || crf > encoder.crf.max))
    faults.push({
      pointer: `${at}/crf`,
      message: `must be from ${encoder.crf.min} to ${encoder.crf.max} for ${encoder.name}`,
    })
  return {
    codec: encoder.name,
    ...(preset !== undefined && { preset }),
    ...(crf !== undefined && { crf }),
    ...(bitrate !== undefined && { bitrateBps: bitrate }),
  }
}

function readAudio(
  written: z.output<typeof audioCodecShape>,
  container: Container,
  at: string,
  capabilities: Capabilities,
  faults: Fault[],
): AudioCodec | undefined {
  const { codec, bitrate, channels, sample_rate: sampleRateHz } = written
  if (codec === 'copy') return copyOnly(written, at, faults) ? { codec } : undefined
  const encoder = findEncoder(
    codec ?? container.audioEncoder,
    audioEncoders,
    container.audio,
    container,
    `${at}/codec`,
    capabilities,
    faults,
  )
  if (!encoder) return undefined
  const before = faults.length
  if (channels !== undefined && channels > encoder.maxChannels)
    faults.push({ pointer: `${at}/channels`, message: `must be at most ${encoder.maxChannels} for ${encoder.name}` })
  if (sampleRateHz !== undefined && encoder.sampleRates && !encoder.sampleRates.includes(sampleRateHz))
    faults.push({
      pointer: `${at}/sample_rate`,
      message: `must be one of ${encoder.sampleRates.join(', ')} for ${encoder.name}`,
    })
  if (bitrate !== undefined && encoder.bitsPerChannel === undefined)
    faults.push({ pointer: `${at}/bitrate`, message: `${encoder.name} is lossless and takes no bitrate` })
  if (faults.length === before) checkBitrate(encoder, written, at, faults)
  return {
    codec: encoder.name,
    ...(bitrate !== undefined && { bitrateBps: bitrate }),
    ...(channels !== undefined && { channels }),
    ...(sampleRateHz !== undefined && { sampleRateHz }),
  }
}

// What only this source is too poor or too rich for is the planner's to mend; this is wrong for every source.
function checkBitrate(
  encoder: AudioEncoder,
  { bitrate, channels, sample_rate: sampleRateHz }: z.output<typeof audioCodecShape>,
  at: string,
  faults: Fault[],
): void {
  const { min, max } = bitratesOfAny(encoder, { channels, sampleRateHz })
  if (bitrate === undefined || (bitrate >= min && bitrate <= max)) return
  const sound = printSound(encoder, { channels, sampleRateHz })
  faults.push({
    pointer: `${at}/bitrate`,
    message: `must be from ${printBitrate(min)} to ${printBitrate(max)} for ${sound}`,
  })
}

function findEncoder<Encoder extends VideoEncoder | AudioEncoder>(
  name: string,
  table: ReadonlyMap<string, Encoder>,
  carried: readonly string[],
  container: Container,
  at: string,
  capabilities: Capabilities,
  faults: Fault[],
): Encoder | undefined {
  const encoder = table.get(name)
  const usable = [...new Set(table.values())]
    .filter(item => carried.includes(item.codec) && capabilities.encoders.has(item.name))
    .map(item => item.name)
  if (!encoder) {
    const meant = isCodec(name, capabilities) ? undefined : nearest(name, [...table.keys(), 'copy'])
    const guess = meant === undefined ? '' : `; did you mean "${meant}"?`
    const choice = `.${container.ending} takes ${usable.join(', ')} or copy`
    return refuse(faults, at, `there is no encoder "${name}": ${choice}${guess}`)
  }
  if (!carried.includes(encoder.codec))
    return refuse(faults, at, `.${container.ending} cannot carry ${encoder.codec}: use ${usable.join(', ')}`)
  if (!capabilities.encoders.has(encoder.name))
    return refuse(
      faults,
      at,
      `this machine's ffmpeg has no ${encoder.name}: use ${usable.join(', ') || 'another container'}`,
    )
  return encoder
}

// Who names one codec does not mean another that is spelled nearly alike: mp2 is not mp3, nor alac flac.
function isCodec(name: string, { encoders, decoders }: Capabilities): boolean {
  const word = name.toLowerCase()
  return encoders.has(word) || decoders.has(word) || DECODERS.includes(word)
}

function checkPreset(encoder: VideoEncoder, preset: string | undefined, at: string, faults: Fault[]): void {
  if (preset === undefined || encoder.presets?.names.includes(preset)) return
  const choice = encoder.presets
    ? `must be one of ${encoder.presets.names.join(', ')} for ${encoder.name}`
    : `${encoder.name} has no presets`
  const meant = nearest(preset, encoder.presets?.names ?? [])
  faults.push({ pointer: `${at}/preset`, message: meant ? `${choice}; did you mean "${meant}"?` : choice })
}

function copyOnly(written: object, at: string, faults: Fault[]): boolean {
  const others = Object.entries(written).filter(([name, value]) => name !== 'codec' && value !== undefined)
  for (const [name] of others)
    faults.push({ pointer: `${at}/${name}`, message: 'a copied stream is not encoded: leave this out' })
  return others.length === 0
}

function refuse(faults: Fault[], at: string, message: string): undefined {
  faults.push({ pointer: at, message })
  return undefined
}
