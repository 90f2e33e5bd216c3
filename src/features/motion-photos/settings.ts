// settings: the figures of document 001, each of which may be set.

import { z } from 'zod'
import { authMode, number, port, seconds, setting } from '../../lib/setting.ts'

export const MOTION_SETTINGS = {
  KINORA_PORT_STUDIO: port('studio (motion photos and images)', 8000),
  KINORA_AUTH_MOTION_PHOTOS: authMode('as `KINORA_AUTH`', 'The same, for motion photos only.'),
  KINORA_TOKENS: setting(
    z.string().transform(readStaticTokens).optional(),
    'none',
    'Tokens that are good for motion photos, and for nothing else: `ann:4f8c…, 9b2e…`. Whoever has a name (before the ' +
      'colon) has their things under it, also with a new token. At least 8 characters; long random ones are better.',
  ),
  KINORA_LIMIT_MOTION_ADDRESS: number(
    10,
    0,
    1_000_000,
    'How many `/prepare`, `/convert` and `/thumbnail` a minute an address without credentials has; `0` is no limit.',
  ),
  KINORA_LIMIT_MOTION_TOKEN: number(100, 0, 1_000_000, 'The same for each caller with good credentials.'),
  KINORA_MOTION_MAX_BYTES: number(
    524_288_000,
    1,
    Number.MAX_SAFE_INTEGER,
    'The largest clip that may be uploaded for a motion photo.',
  ),
  KINORA_MOTION_SESSION_HOURS: number(24, 1, 8760, 'How long an uploaded clip, and its preview, is there.'),
  KINORA_MOTION_PREPARE_SECONDS: seconds(300, 1, 86_400, 'How long `/prepare` may take, with the upload.'),
  KINORA_MOTION_CONVERT_SECONDS: seconds(120, 1, 86_400, 'How long `/convert` may take.'),
  KINORA_MOTION_THUMBNAIL_SECONDS: seconds(30, 1, 86_400, 'How long `/thumbnail` may take.'),
  KINORA_MOTION_CLEANUP_SECONDS: seconds(10, 1, 86_400, 'How long `/cleanup` may take.'),
}

/** A token that somebody chose, and the name of whoever has it. */
export type StaticToken = { readonly name?: string; readonly token: string }

// RFC 6750, 2.1: what may stand after "Bearer"; a name ends at the first colon.
const ENTRY = /^(?:([\w.-]{1,64}):)?([\w.~+/:-]{8,512}=*)$/

function readStaticTokens(written: string, context: z.RefinementCtx): readonly StaticToken[] {
  const entries = written.split(',').map(entry => ENTRY.exec(entry.trim()))
  // A value is a secret: what is wrong is told by its place.
  const wrong = entries.indexOf(null)
  if (wrong >= 0) context.addIssue(`entry ${wrong + 1} is not a token, or a name:token, of at least 8 characters`)
  const read = entries.filter(entry => entry !== null)
  return read.map(([, name, token = '']) => ({ ...(name !== undefined && { name }), token }))
}
