// client: the motion-photos service as a front end uses it: upload a clip, make photos of it, clean up.
import { type ClientOptions, openConnection } from './connection.ts'
import type { BackendFFmpegClient, CallOptions, ConvertedFile, ConvertRequest } from './contract.ts'
import { convertBody } from './convert.ts'
import { download } from './download.ts'
import { readInspection } from './inspection.ts'
import { readPrepared } from './prepared.ts'
import { createReporter, type Shares } from './progress.ts'
import { upload } from './upload.ts'
import { counting, watch } from './watching.ts'

/** A client of one server. It holds nothing open: there is nothing to close. */
export function createBackendFFmpegClient(options: ClientOptions): BackendFFmpegClient {
  const connection = openConnection(options)
  const listenerOf = (call: CallOptions) => call.onProgress ?? options.onProgress

  /** The answer is what has been made. */
  async function make(path: string, body: URLSearchParams | FormData | string, call: CallOptions) {
    const { reporter, following } = watch(connection, listenerOf(call), MADE)
    const headers = { ...(typeof body === 'string' && JSON_TYPE), ...following.headers }
    reporter.moved('processing')
    following.begin()
    try {
      const answer = await connection.exchange(path, () => ({ method: 'POST', headers, body, ...signalOf(call) }))
      following.stop()
      return await download(answer, reporter, call.signal)
    } finally {
      following.stop()
    }
  }

  const convertToFile = async (request: ConvertRequest, call: CallOptions = {}): Promise<ConvertedFile> =>
    await make('/convert', convertBody(request), call)

  return {
    convertToFile,
    convertClipAndFrames: async (request, call) => (await convertToFile(request, call)).bytes,

    async createThumbnail({ sessionId, timestamp }, call = {}) {
      return (await make('/thumbnail', JSON.stringify({ session_id: sessionId, timestamp }), call)).bytes
    },

    async health(call = {}) {
      await connection.exchange('/health', () => ({ method: 'HEAD', headers: {}, ...signalOf(call) }))
    },

    async transcodeSource(source, call = {}) {
      const { reporter, following } = watch(connection, listenerOf(call), SENT)
      const onUploaded = counting(reporter, source, following.begin)
      try {
        const sent = { headers: following.headers, onUploaded, ...signalOf(call) }
        const answer = await upload(connection, '/prepare', source, sent)
        const prepared = await readPrepared(answer, connection.url('/prepare'), call.signal)
        following.stop()
        reporter.ended('processing')
        return prepared
      } finally {
        following.stop()
      }
    },

    async inspectPhoto(source, call = {}) {
      const reporter = createReporter(listenerOf(call), SENT)
      const sent = { headers: {}, onUploaded: counting(reporter, source), ...signalOf(call) }
      const inspection = await readInspection(await upload(connection, '/inspect', source, sent), call.signal)
      reporter.ended('processing')
      return inspection
    },

    async extractPart(source, part, call = {}) {
      const reporter = createReporter(listenerOf(call), SENT_AND_BACK)
      const sent = { headers: {}, onUploaded: counting(reporter, source), ...signalOf(call) }
      return await download(await upload(connection, `/extract?part=${part}`, source, sent), reporter, call.signal)
    },

    async cleanupFiles(sessionId, call = {}) {
      const body = JSON.stringify({ session_id: sessionId })
      await connection.exchange('/cleanup', () => ({ method: 'POST', headers: JSON_TYPE, body, ...call }))
    },
  }
}

const MADE: Shares = { processing: [0, 80], download: [80, 100] }
const SENT: Shares = { upload: [0, 50], processing: [50, 100] }
const SENT_AND_BACK: Shares = { upload: [0, 50], processing: [50, 50], download: [50, 100] }

const JSON_TYPE = { 'content-type': 'application/json' }

function signalOf({ signal }: { signal?: AbortSignal | undefined }): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
