// pictures: the chains of the graph that turn a source into a clip's frames, a still and a thumbnail.
import type { Capabilities } from '../../../engine/capabilities.ts'
import { type Filter, printChain } from '../../../engine/filtergraph.ts'
import type { Size } from '../../../engine/operations/fit.ts'
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { stillFilters, toneFilters } from './colours.ts'
import { between, clipClock, frameAt, framesOnGrid, fromStart, sourceChains, splitIn } from './frame-filters.ts'
import { within } from './sizes.ts'
import type { TimeWindow } from './time-window.ts'

type Picture = {
  readonly video: VideoStream
  readonly capabilities: Capabilities
}
export type PictureSource = Picture & { readonly probe: Probe }

/** In EXIF, a thumbnail is at most so large (Exif 2.3 recommends 160x120). */
const THUMBNAIL_PX = 160

/**
 * Chains from the source's picture to `[frames]` (the clip's, on the clip's clock, before any scaling), `[list]` (the
 * same at the source's speed, counted from the range's start) and, when `still` says how large, `[still]` and `[thumb]`.
 */
export function pictureChains(source: PictureSource, window: TimeWindow, still?: Size): string[] {
  return [
    ...sourceChains(source, window.endUs),
    ...(still
      ? [printChain(['source'], [splitIn(2)], ['shown', 'covered'])]
      : [printChain(['source'], [splitIn(1)], ['shown'])]),
    ...(window.gridHz === undefined ? everyFrame(window) : gridFrames(window, window.gridHz)),
    printChain(['taken'], [splitIn(2)], ['listed', 'timed']),
    printChain(['listed'], [fromStart(window)], ['list']),
    printChain(['timed'], [clipClock(window), ...toneFilters(source.video, source.capabilities)], ['frames']),
    ...(still ? stillChains(source, frameAt(window.coverUs, 0), still) : []),
  ]
}

/** From `[covered]` to `[still]` and `[thumb]`. */
export function stillChains({ video, capabilities }: Picture, taking: readonly Filter[], still: Size): string[] {
  const small = within(still, THUMBNAIL_PX)
  const shown = [...taking, ...toneFilters(video, capabilities), ...stillFilters(video, still)]
  return [
    printChain(['covered'], [...shown, splitIn(2)], ['still', 'full']),
    printChain(['full'], [{ name: 'scale', args: { w: small.widthPx, h: small.heightPx } }], ['thumb']),
  ]
}

// The frame that is on the screen at the start is the first; those after it keep their times.
function everyFrame({ startUs, endUs }: TimeWindow): string[] {
  return [
    printChain(['shown'], [splitIn(2)], ['before', 'rest']),
    printChain(['before'], frameAt(startUs, startUs), ['first']),
    printChain(['rest'], [between(startUs, endUs)], ['others']),
    printChain(['first', 'others'], [{ name: 'interleave', args: { nb_inputs: 2 } }], ['taken']),
  ]
}

function gridFrames(window: TimeWindow, gridHz: number): string[] {
  return [printChain(['shown'], framesOnGrid(window, gridHz), ['taken'])]
}
