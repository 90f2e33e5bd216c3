// other-streams: what a file holds besides its picture and its sound, and what people noted about its streams.
import type { OtherStream, Probe, StreamNotes } from '../engine/probe.ts'
import type { Report, ReportedStream } from './report.ts'

/** Everything but the streams with these indices. */
export function othersOf(
  { streams, chapters }: Report,
  taken: readonly (number | undefined)[],
): Pick<Probe, 'others' | 'chapters'> {
  const others = streams.filter(({ index }) => !taken.includes(index)).map(otherStream)
  return { ...(others.length > 0 && { others }), ...(chapters.length > 0 && { chapters: chapters.length }) }
}

export function notesOf({ tags = {}, disposition = {} }: ReportedStream): StreamNotes {
  const language = languageOf(tags.language)
  const dispositions = PURPOSES.filter(name => disposition[name] === 1)
  return {
    ...(language !== undefined && { language }),
    ...((isLanguage(tags.language) || tags.title !== undefined) && { labelled: true as const }),
    ...(dispositions.length > 0 && { dispositions }),
  }
}

// MP4 says of every track that its language is undetermined, if of none.
function isLanguage(language: string | undefined): boolean {
  return language !== undefined && language !== 'und'
}

// What is printed into commands and messages comes from this list.
const PURPOSES: readonly string[] = [
  ...['dub', 'original', 'comment', 'lyrics', 'karaoke', 'forced', 'hearing_impaired', 'visual_impaired'],
  ...['clean_effects', 'captions', 'descriptions'],
]

function otherStream(stream: ReportedStream): OtherStream {
  const { index, codec_name: codec = 'unknown', tags } = stream
  const language = languageOf(tags?.language)
  return { kind: kindOf(stream), index, codec, ...(language !== undefined && { language }) }
}

function kindOf({ codec_type: kind, disposition }: ReportedStream): OtherStream['kind'] {
  if (kind === 'video') return disposition?.['attached_pic'] === 1 ? 'cover' : kind
  return kind === 'audio' || kind === 'subtitle' || kind === 'attachment' ? kind : 'data'
}

// "und" says that nobody knows.
function languageOf(written: string | undefined): string | undefined {
  return written !== undefined && written !== 'und' && /^[a-z]{3}$/.test(written) ? written : undefined
}
