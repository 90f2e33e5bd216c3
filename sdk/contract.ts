// contract: what the client promises, and what it is asked with.
import type { PhotoInspection } from './inspection.ts'
import type { OnProgress } from './progress.ts'
import type { Source } from './source.ts'

export type CallOptions = {
  /** Aborting hangs up, and the server stops what it was doing. The call then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** In place of the client's own. */
  readonly onProgress?: OnProgress
}

export type PreparedSource = {
  /** Names the clip in every later call; the server forgets it after a day. */
  readonly sessionId: string
  /** An MP4 that browsers play. It needs no credentials. */
  readonly previewUrl: string
  /** In seconds. */
  readonly duration: number
}

export type ConvertRequest = {
  readonly sessionId: string
  /** Where the moving part starts and ends, in seconds of the source. */
  readonly rangeStart: number
  readonly rangeEnd: number
  /** The moment that the still shows, in seconds of the source, inside the range. */
  readonly coverTime: number
  /** 0.1 to 10; 2 is twice as fast. */
  readonly speed: number
  /** How the clip is put into the photo: as Google wrote it down (the default), or with Samsung's trailer, too. */
  readonly layout?: 'google' | 'samsung'
  /** `motion_photo` unless told otherwise; the others are the moving part alone. */
  readonly format?: 'motion_photo' | 'mp4' | 'gif' | 'webp'
  /** A picture to show in place of a frame of the clip. */
  readonly cover?: Blob
  /** Leaves the sound out. */
  readonly mute?: boolean
  /** The longer side of still and clip is at most this many pixels. */
  readonly maxSize?: number
}

export type ConvertedFile = {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What to call it; gallery programs look at the end of the name (`…MP.jpg`). */
  readonly name: string
  /** Its media type. */
  readonly type: string
}

export type ThumbnailRequest = {
  readonly sessionId: string
  /** In seconds of the source. */
  readonly timestamp: number
}

/** Every call throws a BackendError when it is refused or gets no answer. */
export type BackendFFmpegClient = {
  /** Resolves when the service can be used with these credentials. */
  health(options?: Pick<CallOptions, 'signal'>): Promise<void>
  /** Uploads a clip and resolves when it can be played. */
  transcodeSource(source: Source, options?: CallOptions): Promise<PreparedSource>
  /** Makes a motion photo, or what `format` says, and resolves with its bytes. */
  convertClipAndFrames(request: ConvertRequest, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>
  /** The same, with the name and the type of what was made. */
  convertToFile(request: ConvertRequest, options?: CallOptions): Promise<ConvertedFile>
  /** A small JPEG of one moment. */
  createThumbnail(request: ThumbnailRequest, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>
  /** What a finished photo is (JPEG, HEIC or AVIF), and what each kind of software makes of it. Nothing of it is kept. */
  inspectPhoto(source: Source, options?: CallOptions): Promise<PhotoInspection>
  /** The still or the clip of such a photo, byte for byte. */
  extractPart(source: Source, part: 'still' | 'clip', options?: CallOptions): Promise<ConvertedFile>
  /** Makes the server forget the clip and all that was made of it. `keepalive`: also while the page is being left. */
  cleanupFiles(sessionId: string, options?: { signal?: AbortSignal; keepalive?: boolean }): Promise<void>
}
