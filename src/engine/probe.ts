// probe: what the engine needs to know of a source before it can plan.
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import type { MediaKind } from './node.ts'
import type { Precision } from './precision.ts'

export type Probe = {
  /** The demuxer that opens it, chosen by our own sniffing: `mov`, `matroska`, `mpegts`, `png_pipe` … */
  readonly demuxer: string
  readonly sizeBytes: number
  /** So much of it is missing at its end, by what its container says; absent where nothing is. */
  readonly missingBytes?: number
  /** What a tool that leaves timestamps alone calls the instant zero; absent when it is zero there, too. */
  readonly originUs?: Micros
  /** From the first instant of any stream to the last of any; absent for a picture. */
  readonly durationUs?: Micros
  /** Of the video streams that are not cover art the default one, else the first. A picture is one of one frame. */
  readonly video?: VideoStream
  /** The default one, else the first. */
  readonly audio?: AudioStream
  /** Everything else in it, in the order of the file; absent when there is nothing. */
  readonly others?: readonly OtherStream[]
  /** How many it has; absent when there are none. */
  readonly chapters?: number
  /** When and where it was filmed, as its container says; absent where it says neither. */
  readonly captured?: Captured
  /** What is in the file and cannot be decoded; absent when there is nothing of the kind. */
  readonly undecodable?: readonly UndecodableStreams[]
  /** Kinds of which there is a track that is declared and has not a single packet. */
  readonly emptyTracks?: readonly MediaKind[]
}

export type Captured = {
  /** `2026-01-31T12:00:00`, by the clock of the place, and how far that is ahead of UTC: `+02:00`. */
  readonly at?: { readonly local: string; readonly offset: string }
  /** In degrees, north and east of zero. */
  readonly place?: { readonly latitude: number; readonly longitude: number; readonly altitudeM?: number }
}

/** Tracks of one kind that were passed over, because they cannot be decoded. */
export type UndecodableStreams = {
  readonly kind: 'video' | 'audio'
  /** What one of them is, in words: `magicyuv, which …`. */
  readonly what: string
  /** Whether another of the kind was taken; otherwise there is none. */
  readonly replaced: boolean
}

/** A stream that is neither the picture nor the sound. Covers are pictures that belong to the whole file. */
export type OtherStream = {
  readonly kind: 'video' | 'audio' | 'subtitle' | 'cover' | 'attachment' | 'data'
  readonly index: number
  readonly codec: string
  readonly language?: string
}

/** What people wrote about a stream, as far as its name or what it is for goes. */
export type StreamNotes = {
  /** Three letters, as ISO 639-2 has them. */
  readonly language?: string
  /** It has a language or a title. */
  readonly labelled?: true
  /** What it is for, in ffmpeg's words: `hearing_impaired`, `comment` … */
  readonly dispositions?: readonly string[]
}

type StreamTimes = StreamNotes & {
  /** Absolute index in the file, for `-map 0:<index>`. */
  readonly index: number
  /** As ffprobe names it: `h264`, `aac`. */
  readonly codec: string
  /** Of the first sample that can be decoded, on the file's own clock (zero is the earliest start of any stream). */
  readonly startUs: Micros
  /** When ffmpeg takes it to begin, where that is not `startUs`: with a packet that cannot be decoded, or by the container. */
  readonly toldStartUs?: Micros
  /** To the end of its last packet; absent for pictures. */
  readonly durationUs?: Micros
  /** Absent when there are none. */
  readonly flaws?: Flaws
}

/** What a stream lacks, as its packets show. */
export type Flaws = {
  /** So many pictures at its beginning cannot be decoded, because their keyframe is not there. */
  readonly headless?: number
  /** Its packets do not say when they are shown (AVI, raw streams). */
  readonly untimed?: boolean
  /** Packets that an edit list cuts off: so much before the beginning, and so much after it. */
  readonly hidden?: { readonly beforeUs: Micros; readonly afterUs: Micros }
  /** Where sound is missing between two packets. */
  readonly holes?: { readonly count: number; readonly totalUs: Micros; readonly firstUs: Micros }
  /** Some of its packets cannot be decoded, as decoding it has shown. */
  readonly undecodable?: true
  /** How often its clock starts again, as in files that were put one after the other. */
  readonly restarts?: number
  /** When it should end, as its container says, if that is much later than its last packet. */
  readonly saidEndUs?: Micros
}

/** When a frame comes to the screen, and when the next one does. */
export type HeldFrame = { readonly fromUs: Micros; readonly untilUs: Micros }

export type FieldOrder = 'top-first' | 'bottom-first'

export type VideoStream = StreamTimes & {
  /** As displayed: after rotation, and with non-square pixels stretched to square ones. */
  readonly widthPx: number
  readonly heightPx: number
  /** Width to height of a stored pixel; absent where pixels are square. */
  readonly pixelAspect?: Rational
  readonly picture: boolean
  readonly frameRate: Rational
  /** The longest time that a frame is shown; absent for pictures. */
  readonly longestFrameUs?: Micros
  /** How long the last packet is shown, where ffmpeg does not read that from the file. */
  readonly lastHeldUs?: Micros
  /** Those that are shown longer than others, as in recordings of screens: absent where there is none. */
  readonly heldFrames?: readonly HeldFrame[]
  /** The longest time that one of the others is shown; there where some are held. */
  readonly usualFrameUs?: Micros
  /** Frames come at no constant rate: screen recordings, browsers, telephones. */
  readonly variableRate?: boolean
  /** How bright light is told, when it is brighter than a screen of old: PQ (HDR10, Dolby Vision) or HLG. */
  readonly highDynamicRange?: 'pq' | 'hlg'
  readonly pixelFormat: string
  /** What the file says of its colours, as ffmpeg names it; absent where it does not. */
  readonly colourMatrix?: string
  readonly colourRange?: 'tv' | 'pc'
  readonly colourPrimaries?: string
  readonly colourTransfer?: string
  /** What HDR was mastered for. */
  readonly mastering?: Mastering
  /** Of Dolby Vision; what profile 5 shows without it is green and violet. */
  readonly dolbyVisionProfile?: number
  /** Its transparency lies beside its packets, which only some decoders look at. */
  readonly sideAlpha?: true
  /** Some of its frames are two fields, of two instants: which one is first. */
  readonly interlaced?: FieldOrder
  /** Some groups of pictures begin with frames that need the group before: so much later a keyframe is shown than read. */
  readonly keyframeLateUs?: Micros
  /** Clockwise, 0, 90, 180 or 270: applied by ffmpeg when it decodes, kept as side data when it copies. */
  readonly rotationDegrees: number
}

/** SMPTE ST 2086 and CTA-861.3; absent members were not told. */
export type Mastering = {
  readonly display?: MasteringDisplay
  readonly light?: { readonly maxNits: number; readonly averageNits: number }
}

export type MasteringDisplay = {
  /** Chromaticities x and y. */
  readonly red: readonly [number, number]
  readonly green: readonly [number, number]
  readonly blue: readonly [number, number]
  readonly white: readonly [number, number]
  readonly maxNits: number
  readonly minNits: number
}

export type AudioStream = StreamTimes & {
  readonly sampleRateHz: number
  readonly channels: number
  /** Where the channels are meant to be heard, as ffmpeg names it: `5.1(side)`; absent where the file does not say. */
  readonly layout?: string
  /** What its samples can say; only where nothing has been lost in encoding them. */
  readonly precision?: Precision
}
