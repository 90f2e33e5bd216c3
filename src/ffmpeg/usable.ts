// usable: which streams of a file can be worked with, and what to say of those that cannot.
import { reasonLeftOut } from '../engine/decoders-left-out.ts'
import type { UndecodableStreams } from '../engine/probe.ts'
import { AppError } from '../lib/errors.ts'
import type { Report, ReportedStream } from './report.ts'
import { isAudio, isVideo } from './streams.ts'

/** A stream that is not decoded, and what it is, in words. */
type Unusable = { readonly stream: ReportedStream; readonly what: string }

/** Streams that can be decoded, and pictures and sound that cannot. */
export function sorted({ streams, undecodable }: Report): { usable: ReportedStream[]; unusable: Unusable[] } {
  const decoders = new Map(
    [...undecodable].map(([index, decoder]) => [codecOf(streams.find(stream => stream.index === index)), decoder]),
  )
  const usable: ReportedStream[] = []
  const unusable: Unusable[] = []
  for (const stream of streams) {
    const codec = codecOf(stream)
    if (codec === undefined) unusable.push({ stream, what: unknownCodec(stream) })
    else if (decoders.has(codec)) unusable.push({ stream, what: notDecoded(codec, decoders.get(codec) ?? '') })
    else usable.push(stream)
  }
  return { usable, unusable: unusable.filter(({ stream }) => kindOf(stream) !== undefined) }
}

/** Says of each kind of stream what was passed over. */
export function lostKinds(
  usable: readonly ReportedStream[],
  unusable: readonly Unusable[],
): readonly UndecodableStreams[] {
  return (['video', 'audio'] as const).flatMap(kind => {
    const lost = unusable.find(({ stream }) => kindOf(stream) === kind)
    const replaced = usable.some(stream => (kind === 'video' ? isVideo(stream) : isAudio(stream)))
    return lost ? [{ kind, what: lost.what, replaced }] : []
  })
}

/** Why a file with neither picture nor sound that can be decoded is refused. */
export function nothingUsable(unusable: readonly Unusable[]): AppError {
  const [first] = unusable
  if (!first) return new AppError('media_damaged', 'There is neither a picture nor sound in the file')
  const kind = kindOf(first.stream) === 'video' ? 'picture' : 'sound'
  return new AppError('media_unsupported', `The ${kind} cannot be decoded: it is ${first.what}`)
}

function kindOf({ codec_type, disposition }: ReportedStream): 'video' | 'audio' | undefined {
  if (codec_type === 'audio') return 'audio'
  return codec_type === 'video' && disposition?.attached_pic !== 1 ? 'video' : undefined
}

function codecOf(stream: ReportedStream | undefined): string | undefined {
  const codec = stream?.codec_name
  return codec === 'unknown' || codec === 'none' ? undefined : codec
}

function notDecoded(codec: string, decoder: string): string {
  if (decoder === '') return `${codec}, which this machine's ffmpeg cannot decode`
  const reason = reasonLeftOut(decoder)
  return reason === undefined ? `${codec}, which is not decoded here` : `${codec}, which is not decoded here: ${reason}`
}

// Four letters that nothing else could be told from.
function unknownCodec({ codec_tag_string: tag = '' }: ReportedStream): string {
  const name = /^[\w .-]{4}$/.test(tag) ? ` ("${tag.trim()}")` : ''
  return `of a kind that this machine's ffmpeg does not know${name}`
}
