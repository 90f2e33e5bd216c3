// keys: `kinora keys`: makes, lists, revokes and deletes API keys.
import type { z } from 'zod'
import type * as schemas from '../features/pipelines/access-schemas.ts'
import { table } from './screen.ts'
import { runSubcommand, type Subcommand, type Terminal } from './subcommands.ts'

/** Resolves with the exit code. */
export async function keys(words: readonly string[], terminal?: Terminal): Promise<number> {
  return await runSubcommand('keys', COMMANDS, words, terminal)
}

type Key = z.infer<typeof schemas.key>

const COMMANDS: Readonly<Record<string, Subcommand>> = {
  create: {
    usage: '--user ID --name NAME [--expires-days DAYS] [--admin]',
    options: {
      user: { type: 'string' },
      name: { type: 'string' },
      'expires-days': { type: 'string' },
      admin: { type: 'boolean' },
    },
    // The key alone on stdout, so that a script can take it.
    print: ({ key }: Key) => `${key}\n`,
  },
  list: { usage: '[--user ID]', options: { user: { type: 'string' } }, print: printKeys },
  revoke: { usage: 'KEY_ID', word: 'KEY_ID', print: ({ id }: Key) => `${id} is revoked\n` },
  delete: { usage: 'KEY_ID', word: 'KEY_ID', print: ({ id }: Key) => `${id} is deleted\n` },
}

function printKeys(listed: readonly Key[]): string {
  const rows = listed.map(key => [key.id, key.key, key.user_id, key.role, stateOf(key), key.name])
  return table([['ID', 'KEY', 'USER', 'ROLE', 'STATE', 'NAME'], ...rows])
}

function stateOf({ revoked, expires_at: expiresAt }: Key): string {
  if (revoked) return 'revoked'
  if (expiresAt === undefined) return 'valid'
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : `until ${expiresAt.slice(0, 10)}`
}
