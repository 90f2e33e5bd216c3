// inspection: what the service says of a finished photo: what it is, and what each kind of software makes of it.
import { notUnderstood, readJson } from './answers.ts'

export type PhotoProblem = {
  /** Of an error this kind of software gives up; a warning it passes over. */
  readonly level: 'error' | 'warning'
  readonly message: string
}

export type ReaderVerdict = {
  /** Software of this kind plays the video. */
  readonly works: boolean
  /** It finds a video where the file says that there is one. */
  readonly found: boolean
  readonly problems: readonly PhotoProblem[]
}

export type ReaderName = 'google' | 'media3' | 'microvideo' | 'samsung' | 'heic' | 'brute'

export type PhotoInspection = {
  /** How the video is declared; `appended_video`: not at all; `still`: there is none. */
  readonly kind: 'motion_photo' | 'micro_video' | 'samsung' | 'huawei' | 'appended_video' | 'still'
  readonly isMotionPhoto: boolean
  /** Whose camera has written it, where that shows. */
  readonly vendor?: string
  readonly file: {
    readonly name: string
    readonly size: number
    readonly mime: string
    readonly width?: number
    readonly height?: number
  }
  readonly video?: {
    /** Where its bytes are in the file. */
    readonly offset: number
    readonly length: number
    /** In seconds. */
    readonly duration?: number
    readonly width?: number
    readonly height?: number
    readonly codecs: readonly string[]
    /** Why it cannot be opened. */
    readonly error?: string
  }
  /** Of the frame that the still shows, in the video. */
  readonly timestampUs?: number
  readonly readers: Readonly<Record<ReaderName, ReaderVerdict>>
  /** The name is one that galleries look for. */
  readonly nameOk: boolean
  /** What could be done about it, in sentences. */
  readonly advice: readonly string[]
}

/** Throws a BackendError for an answer that is no inspection. */
export async function readInspection(response: Response, signal: AbortSignal | undefined): Promise<PhotoInspection> {
  const { is_motion_photo, timestamp_us, name_ok, ...rest } = await readJson(response, signal)
  if (typeof rest['kind'] !== 'string' || typeof rest['readers'] !== 'object')
    throw notUnderstood(response, 'an inspection')
  const told = { ...rest, isMotionPhoto: is_motion_photo, timestampUs: timestamp_us, nameOk: name_ok }
  return told as unknown as PhotoInspection
}
