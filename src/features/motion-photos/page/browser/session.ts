// session: the clip that the server holds for this page: brought there, used, and taken away again.
import {
  type BackendProgress,
  type ConvertedFile,
  type ConvertRequest,
  createBackendFFmpegClient,
  type PhotoInspection,
  type PreparedSource,
} from '../../../../../sdk/index.ts'
import { currentToken, withToken } from '../../../../web/page/browser/token.ts'

type Listening = { readonly signal: AbortSignal; readonly onProgress: (now: BackendProgress) => void }

export type Session = {
  /** Uploads a clip in place of the one before. */
  prepare(file: File, call: Listening): Promise<PreparedSource>
  /** Throws when there is no clip. */
  convert(request: Omit<ConvertRequest, 'sessionId'>, call: Listening): Promise<ConvertedFile>
  /** What a finished photo is. It is not kept, and the clip stays. */
  inspect(photo: File, call: Listening): Promise<PhotoInspection>
  extract(photo: File, part: 'still' | 'clip', call: Listening): Promise<ConvertedFile>
  /** The server forgets the clip, also when the page is being left. */
  end(): void
}

export function openSession(): Session {
  const home = new URL('.', document.baseURI).href
  const client = createBackendFFmpegClient({ backendUrl: home, authToken: currentToken })
  let sessionId: string | undefined

  function end(): void {
    // Nobody waits for it, and a session that stays ends by itself.
    if (sessionId !== undefined) client.cleanupFiles(sessionId, { keepalive: true }).catch(() => undefined)
    sessionId = undefined
  }

  // Asked first, because a whole upload would be refused.
  const knock = ({ signal }: Listening) => withToken(() => client.health({ signal }), signal)

  return {
    end,
    async inspect(photo, call) {
      await knock(call)
      return await client.inspectPhoto(photo, call)
    },
    async extract(photo, part, call) {
      await knock(call)
      return await client.extractPart(photo, part, call)
    },
    async prepare(file, call) {
      end()
      await knock(call)
      const prepared = await client.transcodeSource(file, call)
      sessionId = prepared.sessionId
      return { ...prepared, previewUrl: besideUs(prepared.previewUrl, home) }
    },
    async convert(request, call) {
      const id = sessionId ?? ''
      return withToken(() => client.convertToFile({ ...request, sessionId: id }, call), call.signal)
    },
  }
}

// The server may be known by several names; what comes from another one than the page's would be refused by its policy.
function besideUs(previewUrl: string, home: string): string {
  const { pathname, search } = new URL(previewUrl)
  return new URL(`preview/${pathname.split('/preview/').at(-1)}${search}`, home).href
}
