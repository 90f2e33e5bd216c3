// plan-companions: which subtitles, chapters, covers and fonts of its source travel with an output.
import type { Capabilities } from './capabilities.ts'
import { type CompanionRules, companionRules, STYLED_SUBTITLES, TEXT_SUBTITLES } from './companion-codecs.ts'
import type { Media } from './media.ts'
import { firstInput } from './node.ts'
import type { Companions, PlannedAudio, PlannedCompanion, PlannedVideo } from './planned.ts'
import type { OtherStream, Probe } from './probe.ts'

type Question = {
  readonly media: Media
  readonly container: string
  readonly probes: ReadonlyMap<string, Probe>
  readonly capabilities: Capabilities
}

/** Of the source that comes first in the picture, or in the sound where there is no picture; undefined when none does. */
export function planCompanions(
  { video, audio }: { readonly video?: PlannedVideo; readonly audio?: PlannedAudio },
  { media, container, probes, capabilities }: Question,
): Companions | undefined {
  const input = firstInput((video ?? audio)?.node)
  const { others = [], chapters = 0 } = probes.get(input) ?? {}
  const rules = companionRules(container)
  // Chapters and subtitles are times on their source's clock. A cover belongs to the whole.
  const timely = media.clockOf === input
  const subtitles = timely ? others.flatMap(stream => subtitle(stream, rules, capabilities)) : []
  const styled = subtitles.some(({ codec }) => STYLED_SUBTITLES.includes(codec))
  const streams = [
    ...subtitles,
    ...(styled ? others.flatMap(stream => asItIs(stream, 'attachment', rules.attachments)) : []),
    ...others.flatMap(stream => asItIs(stream, 'cover', rules.covers)),
  ]
  const chaptered = timely && chapters > 0 && rules.chapters
  return streams.length > 0 || chaptered ? { input, streams, chapters: chaptered } : undefined
}

function subtitle(stream: OtherStream, { subtitles, text }: CompanionRules, capabilities: Capabilities) {
  const { kind, index, codec } = stream
  if (kind !== 'subtitle') return []
  if (subtitles.includes(codec)) return [{ kind, index, codec }]
  if (!text || !TEXT_SUBTITLES.includes(codec) || !capabilities.encoders.has(text.encoder)) return []
  return [{ kind, index, codec: text.codec, encoder: text.encoder }]
}

function asItIs(
  { kind, index, codec }: OtherStream,
  wanted: 'attachment' | 'cover',
  carried: readonly string[],
): PlannedCompanion[] {
  return kind === wanted && carried.includes(codec) ? [{ kind: wanted, index, codec }] : []
}
