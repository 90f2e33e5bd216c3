// left-out: which streams and chapters of a source an output leaves out, in words with figures.

import { STYLED_SUBTITLES } from './companion-codecs.ts'
import { containers } from './containers.ts'
import type { PlannedOutput } from './planned.ts'
import type { OtherStream, Probe } from './probe.ts'

// Data (time codes, what a camera knows of itself) is written by machines for machines, unless somebody sent it along.
const MISSED_DATA = ['klv', 'scte_35', 'timed_id3', 'arib_caption', 'eia_608']

/** Of one of its sources, in words. */
export function leftOut(
  { container, companions, video, audio }: PlannedOutput,
  input: string,
  probe: Probe | undefined,
) {
  const { others = [], chapters = 0 } = probe ?? {}
  const kept = companions?.input === input ? companions : undefined
  const dropped = others.filter(({ index }) => !kept?.streams.some(stream => stream.index === index))
  const of = (kind: OtherStream['kind']) => dropped.filter(stream => stream.kind === kind)
  // Whoever asks for sound alone does not expect what belongs to the picture.
  const shown = containers.get(container)?.videoEncoder !== undefined && video !== undefined
  const data = of('data').filter(({ codec }) => MISSED_DATA.includes(codec))
  const styled = others.filter(({ index, codec }) =>
    kept?.streams.some(stream => stream.index === index && stream.encoder && STYLED_SUBTITLES.includes(codec)),
  )
  return [
    ...(video ? taken('video', probe?.video, of('video'), input) : []),
    ...(audio ? taken('audio', probe?.audio, of('audio'), input) : []),
    ...(shown ? without(of('subtitle'), 'subtitle track', input) : []),
    ...(shown ? without(of('attachment'), 'attached file', input) : []),
    ...(shown ? without(data, 'data track', input) : []),
    ...without(of('cover'), 'cover', input),
    ...(chapters > 0 && !kept?.chapters ? [`leaves out ${counted(chapters, 'chapter')} of "${input}"`] : []),
    ...(styled.length > 0
      ? [`loses the styles of ${counted(styled.length, 'subtitle track')} of "${input}" (${kinds(styled)})`]
      : []),
  ]
}

function taken(
  kind: 'video' | 'audio',
  stream: Probe['video'] | Probe['audio'],
  others: readonly OtherStream[],
  input: string,
): string[] {
  if (!stream || others.length === 0) return []
  const one = kinds([stream])
  return [
    `takes one of the ${others.length + 1} ${kind} tracks of "${input}" (${one}): the default one, else the first; leaves out ${kinds(others)}`,
  ]
}

function without(streams: readonly OtherStream[], what: string, input: string): string[] {
  if (streams.length === 0) return []
  return [`leaves out ${counted(streams.length, what)} of "${input}" (${kinds(streams)})`]
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}

const MOST_NAMED = 6

// Equal ones once: `subrip eng, subrip fra, 68 subrip`.
function kinds(streams: readonly Pick<OtherStream, 'codec' | 'language'>[]): string {
  const names = streams.map(({ codec, language }) => (language === undefined ? codec : `${codec} ${language}`))
  const distinct = [...new Set(names)].map(name => ({ name, count: names.filter(other => other === name).length }))
  const said = distinct.slice(0, MOST_NAMED).map(({ name, count }) => (count === 1 ? name : `${count} ${name}`))
  const more = distinct.slice(MOST_NAMED).reduce((sum, { count }) => sum + count, 0)
  return [...said, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
