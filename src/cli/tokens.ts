// tokens: `kinora tokens`: makes, checks and renews tokens for any user id.
import { runSubcommand, type Subcommand, type Terminal } from './subcommands.ts'

/** Resolves with the exit code. */
export async function tokens(words: readonly string[], terminal?: Terminal): Promise<number> {
  return await runSubcommand('tokens', COMMANDS, words, terminal)
}

type Claims = {
  readonly user_id: string
  readonly email?: string
  readonly role: string
  readonly expires_at: string
}

const COMMANDS: Readonly<Record<string, Subcommand>> = {
  create: {
    usage: '--user ID [--email EMAIL] [--role user|admin] [--hours HOURS]',
    options: {
      user: { type: 'string' },
      email: { type: 'string' },
      role: { type: 'string' },
      hours: { type: 'string' },
    },
    print: printToken,
  },
  verify: { usage: 'TOKEN', word: 'TOKEN', print: printClaims },
  refresh: { usage: 'TOKEN', word: 'TOKEN', print: printToken },
}

// Alone on stdout, so that a script can take it.
function printToken({ token }: { token: string }): string {
  return `${token}\n`
}

function printClaims({ user_id: userId, email, role, expires_at: expiresAt }: Claims): string {
  return `${userId}${email === undefined ? '' : ` <${email}>`} as ${role}, until ${expiresAt}\n`
}
