// heif-coding: how the pictures of HEIC (HEVC) and AVIF (AV1) are coded, and the streams that decoders take them from.
import type { Property } from './heif-items.ts'

export type Coding = {
  readonly codec: 'hevc' | 'av1'
  readonly demuxer: 'hevc' | 'obu'
  readonly pixelFormat: string
  /** Pictures of the same coding, one after the other. */
  stream(pictures: readonly Buffer[]): Buffer
}

/** Of an item of this type; undefined for any other type, and where its configuration is missing. */
export function codingOf(type: string | undefined, properties: readonly Property[]): Coding | undefined {
  const configuration = properties.find(property => property.type === CONFIGURATIONS[type ?? ''])?.data
  if (!configuration || configuration.length < 4) return undefined
  return type === 'av01' ? av1(configuration) : hevc(configuration)
}

const CONFIGURATIONS: Readonly<Record<string, string>> = { hvc1: 'hvcC', hev1: 'hvcC', av01: 'av1C' }

// HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1): parameter sets, and how long a length is.
function hevc(configuration: Buffer): Coding | undefined {
  if (configuration.length < 23) return undefined
  const lengthBytes = ((configuration[21] ?? 0) & 3) + 1
  const chroma = ['gray', 'yuv420p', 'yuv422p', 'yuv444p'][(configuration[16] ?? 0) & 3] ?? 'yuv420p'
  const sets = parameterSets(configuration)
  return {
    ...{ codec: 'hevc', demuxer: 'hevc', pixelFormat: `${chroma}${depth(((configuration[17] ?? 0) & 7) + 8)}` },
    stream: pictures => Buffer.concat(pictures.flatMap(picture => [...sets, ...units(picture, lengthBytes)])),
  }
}

function depth(bits: number): string {
  return bits === 8 ? '' : `${bits}le`
}

const START = Buffer.from([0, 0, 0, 1])

function parameterSets(configuration: Buffer): Buffer[] {
  const found: Buffer[] = []
  let at = 23
  for (let left = configuration[22] ?? 0; left > 0 && at + 3 <= configuration.length; left--) {
    let count = configuration.readUInt16BE(at + 1)
    for (at += 3; count > 0 && at + 2 <= configuration.length; count--) {
      const length = configuration.readUInt16BE(at)
      found.push(START, configuration.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }
  return found
}

function units(picture: Buffer, lengthBytes: number): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + lengthBytes <= picture.length; ) {
    const start = at + lengthBytes
    const end = start + picture.readUIntBE(at, lengthBytes)
    found.push(START, picture.subarray(start, end))
    at = end
  }
  return found
}

// AV1CodecConfigurationRecord: the bits of its third byte, and the sequence header, which pictures mostly repeat.
function av1(configuration: Buffer): Coding {
  const flags = configuration[2] ?? 0
  const has = (bit: number) => (flags & bit) !== 0
  const bits = has(0x40) ? (has(0x20) ? 12 : 10) : 8
  const chroma = has(0x10) ? 'gray' : has(0x04) ? 'yuv420p' : has(0x08) ? 'yuv422p' : 'yuv444p'
  const header = configuration.subarray(4)
  return {
    ...{ codec: 'av1', demuxer: 'obu', pixelFormat: `${chroma}${depth(bits)}` },
    stream: pictures => Buffer.concat(pictures.flatMap(picture => [DELIMITER, header, picture])),
  }
}

// A unit of time begins with it, and in files of pictures it is left out.
const DELIMITER = Buffer.from([0x12, 0])
