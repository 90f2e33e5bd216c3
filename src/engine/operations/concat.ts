// concat: puts clips one after the other; size, frame rate and sound are made like the first clip's.
import { z } from 'zod'
import { printRational, type Rational, toNumber } from '../../lib/rational.ts'
import { fromSeconds, type Micros, printSeconds, toSeconds, whole } from '../../lib/time.ts'
import { channelLayout } from '../codecs.ts'
import { type Form, formOf, inForm } from '../colour/form.ts'
import type { Filter } from '../filtergraph.ts'
import { type AudioMedia, constantRate, endOf, isPicture, type Media, type VideoMedia } from '../media.ts'
import { type FilterNode, type MediaKind, type Node, pointwiseNode } from '../node.ts'
import { defineOperation, OperationFault } from './contract.ts'
import { even, fitFilters } from './fit.ts'

export const concat = defineOperation({
  name: 'concat',
  summary: 'Puts clips one after the other; the first decides size, frame rate and sound.',
  inputs: { min: 2, max: 32 },
  params: z.strictObject({}),

  apply(_params, inputs, { names, room, warn }) {
    const first = evenSized(inputs[0]?.video)
    for (const [index, media] of inputs.entries()) check(media, names[index], index, first)
    const durations = inputs.map(media => wholeFrames(endOf(media) ?? 0, first?.frameRate))
    const form = first && formOf(first, room)
    const video = first && form && joinVideo(first, form, inputs, durations)
    const audio = joinAudio(inputs, durations)
    for (const loss of form ? alphaLosses(form, inputs, names) : []) warn(loss)
    for (const loss of audio ? soundLosses(audio, inputs, names) : []) warn(loss)
    return { ...(video && { video }), ...(audio && { audio }) }
  },
})

// Bars can only be added in steps of two pixels, as the colours have half the resolution.
function evenSized(video: VideoMedia | undefined): VideoMedia | undefined {
  return video && { ...video, widthPx: even(video.widthPx), heightPx: even(video.heightPx) }
}

function check(media: Media, name: string | undefined, index: number, first: VideoMedia | undefined): void {
  const at = `/inputs/${index}`
  if (isPicture(media)) throw new OperationFault(at, `"${name}" is a picture: it has no duration to play for`)
  if (first && !media.video) throw new OperationFault(at, `"${name}" has no picture, and the first clip has`)
  if (!first && media.video) throw new OperationFault(at, `"${name}" has a picture, and the first clip has none`)
  if (endOf(media) === undefined) throw new OperationFault(at, `"${name}" does not say how long it is: trim it first`)
}

// Picture and sound of a clip get the very same length, a whole number of frames, so that they stay together.
function wholeFrames(durationUs: Micros, rate: Rational | undefined): Micros {
  if (!rate) return durationUs
  return fromSeconds(Math.max(1, frames(durationUs, rate)) / toNumber(rate))
}

function frames(durationUs: Micros, rate: Rational): number {
  return Math.round(toSeconds(durationUs) * toNumber(rate))
}

function joinVideo(first: VideoMedia, form: Form, inputs: readonly Media[], durations: readonly Micros[]): VideoMedia {
  const parts = inputs.flatMap(({ video }, index) =>
    video ? [likeFirst(first, form, video, durations[index] ?? 0)] : [],
  )
  const interlaced = inputs.find(({ video }) => video?.interlaced)?.video?.interlaced
  const after: Filter[] = [
    // concat counts in microseconds: back to the frame rate's own clock, and to exactly the frames that went in.
    { name: 'fps', args: { fps: printRational(first.frameRate) } },
    { name: 'trim', args: { end_frame: frames(sum(durations), first.frameRate) } },
  ]
  return {
    ...first,
    ...form,
    ...constantRate(first.frameRate),
    ...(interlaced && { interlaced }),
    startUs: 0,
    endUs: sum(durations),
    node: join('video', parts, startsOf(durations), after),
  }
}

function likeFirst(first: VideoMedia, form: Form, video: VideoMedia, durationUs: Micros): FilterNode {
  const { widthPx, heightPx } = first
  const sameSize = video.widthPx === widthPx && video.heightPx === heightPx
  const sized: Filter[] = sameSize
    ? [{ name: 'setsar', args: { sar: 1 } }]
    : fitFilters(video, first, 'pad', 'bicubic').filters
  const formed = inForm({ ...video, widthPx, heightPx, node: pointwiseNode(video.node, sized) }, form)
  const filters: Filter[] = [
    // From zero on, also where the first frame comes later …
    { name: 'fps', args: { fps: printRational(first.frameRate), start_time: 0 } },
    // … and to the end, also where the sound lasts longer.
    { name: 'tpad', args: { stop: -1, stop_mode: 'clone' } },
    { name: 'trim', args: { end_frame: frames(durationUs, first.frameRate) } },
  ]
  return { kind: 'filter', media: 'video', filters, of: [formed.node], pointwise: false }
}

function joinAudio(inputs: readonly Media[], durations: readonly Micros[]): AudioMedia | undefined {
  const first = inputs.find(({ audio }) => audio)?.audio
  if (!first) return undefined
  const parts = inputs.map(({ audio }, index) => soundLikeFirst(first, audio, durations[index] ?? 0))
  return { ...first, startUs: 0, endUs: sum(durations), node: join('audio', parts, startsOf(durations), []) }
}

function alphaLosses({ alpha }: Form, inputs: readonly Media[], names: readonly string[]): string[] {
  return inputs.flatMap(({ video }, index) =>
    video?.alpha && !alpha
      ? [`"${names[index]}" may be transparent, which is not kept: what lies behind it is black`]
      : [],
  )
}

// The first clip decides; what that takes from the others should be known.
function soundLosses(first: AudioMedia, inputs: readonly Media[], names: readonly string[]): string[] {
  return inputs.flatMap(({ audio }, index) => {
    const sound = `the sound of "${names[index]}"`
    return [
      ...(audio && audio.channels > first.channels
        ? [`${sound} is mixed from ${audio.channels} to ${first.channels} channels, as the first clip has`]
        : []),
      ...(audio && audio.sampleRateHz > first.sampleRateHz
        ? [`${sound} is lowered from ${audio.sampleRateHz} to ${first.sampleRateHz} Hz, as the first clip has`]
        : []),
    ]
  })
}

function soundLikeFirst(first: AudioMedia, audio: AudioMedia | undefined, durationUs: Micros): FilterNode {
  const layout = first.layout ?? channelLayout(first.channels)
  const end: Filter = { name: 'atrim', args: { end: printSeconds(whole(durationUs)) } }
  const format: Filter = {
    name: 'aformat',
    // Of 32 bits, floating point of 32 keeps 24.
    args: {
      sample_fmts: first.precision === 's32' || first.precision === 'f64' ? 'dblp' : 'fltp',
      sample_rates: first.sampleRateHz,
      channel_layouts: layout,
    },
  }
  const silence: Filter = { name: 'anullsrc', args: { channel_layout: layout, sample_rate: first.sampleRateHz } }
  if (!audio) return { kind: 'filter', media: 'audio', filters: [silence, format, end], of: [], pointwise: false }
  const filters: Filter[] = [{ name: 'aresample', args: { async: 1, first_pts: 0 } }, format, { name: 'apad' }, end]
  return { kind: 'filter', media: 'audio', filters, of: [audio.node], pointwise: false }
}

function join(
  media: MediaKind,
  parts: readonly Node[],
  delaysUs: readonly Micros[],
  after: readonly Filter[],
): FilterNode {
  const args = { n: parts.length, v: media === 'video' ? 1 : 0, a: media === 'audio' ? 1 : 0 }
  return { kind: 'filter', media, filters: [{ name: 'concat', args }, ...after], of: parts, delaysUs, pointwise: false }
}

function startsOf(durations: readonly Micros[]): Micros[] {
  return durations.map((_, index) => sum(durations.slice(0, index)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
