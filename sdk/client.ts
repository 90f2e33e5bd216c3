// client: the motion-photos service as a front end uses it: upload a clip, make photos of it, clean up.
import { type ClientOptions, openConnection, unreachable } from './connection.ts'
import { convertBody } from './convert.ts'
import { download } from './download.ts'
import { BackendError } from './errors.ts'
import { createReporter, type OnProgress } from './progress.ts'
import type { Source } from './source.ts'
import { upload } from './upload.ts'

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
  /** Makes the server forget the clip and all that was made of it. `keepalive`: also while the page is being left. */
  cleanupFiles(sessionId: string, options?: { signal?: AbortSignal; keepalive?: boolean }): Promise<void>
}

/** A client of one server. It holds nothing open: there is nothing to close. */
export function createBackendFFmpegClient(options: ClientOptions): BackendFFmpegClient {
  const connection = openConnection(options)
  const postJson = (path: string, body: object, more: { signal?: AbortSignal; keepalive?: boolean }) =>
    connection.exchange(path, () => ({ method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body), ...more }))

  async function convertToFile(request: ConvertRequest, call: CallOptions = {}): Promise<ConvertedFile> {
    const reporter = createReporter(call.onProgress ?? options.onProgress, { processing: [0, 50], download: [50, 100] })
    reporter.moved('processing')
    const outgoing = { method: 'POST', headers: {}, body: convertBody(request), ...signalOf(call) } as const
    return download(await connection.exchange('/convert', () => outgoing), reporter, call.signal)
  }

  return {
    convertToFile,
    convertClipAndFrames: async (request, call) => (await convertToFile(request, call)).bytes,

    async health(call = {}) {
      await connection.exchange('/health', () => ({ method: 'HEAD', headers: {}, ...signalOf(call) }))
    },

    async transcodeSource(source, call = {}) {
      const shares = { upload: [0, 50], processing: [50, 100] } as const
      const reporter = createReporter(call.onProgress ?? options.onProgress, shares)
      reporter.moved('upload', 0, source.size)
      const count = (sent: number, total = source.size) => {
        reporter.moved('upload', sent, total)
        if (sent === total) reporter.moved('processing')
      }
      const answer = await upload(connection, '/prepare', source, count, call.signal)
      const prepared = await readPrepared(answer, connection.url('/prepare'), call.signal)
      reporter.ended('processing')
      return prepared
    },

    async createThumbnail({ sessionId, timestamp }, call = {}) {
      const reporter = createReporter(call.onProgress ?? options.onProgress, { download: [0, 100] })
      const answer = await postJson('/thumbnail', { session_id: sessionId, timestamp }, signalOf(call))
      return (await download(answer, reporter, call.signal)).bytes
    },

    async cleanupFiles(sessionId, call = {}) {
      await postJson('/cleanup', { session_id: sessionId }, call)
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function signalOf({ signal }: { signal?: AbortSignal | undefined }): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

async function readPrepared(
  response: Response,
  askedUrl: string,
  signal: AbortSignal | undefined,
): Promise<PreparedSource> {
  const text = await response.text().catch(thrown => unreachable(thrown, signal))
  const { session_id: sessionId, preview_url: preview, duration } = parseObject(text)
  // The document's own sample answers an address without a host.
  const previewUrl = typeof preview === 'string' ? URL.parse(preview, askedUrl)?.href : undefined
  if (typeof sessionId === 'string' && previewUrl !== undefined && typeof duration === 'number')
    return { sessionId, previewUrl, duration }
  throw new BackendError('The server answered something else than a session', {
    status: response.status,
    errorCode: 'INVALID_ANSWER',
  })
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
