// users: `kinora users`: makes, lists, disables and deletes people with an email and a password.
import { text } from 'node:stream/consumers'
import { table } from './screen.ts'
import { runSubcommand, type Subcommand, type Terminal } from './subcommands.ts'

/** Resolves with the exit code. */
export async function users(words: readonly string[], terminal?: Terminal): Promise<number> {
  return await runSubcommand('users', COMMANDS, words, terminal)
}

type User = {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly created_at: string
  readonly disabled_at?: string
  readonly password?: string
}

const COMMANDS: Readonly<Record<string, Subcommand>> = {
  create: {
    usage: 'EMAIL [--role user|admin] [--password-stdin]',
    options: { role: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
    word: 'EMAIL',
    more: readPassword,
    print: ({ id, email, password }: User) =>
      `${id} is ${email}\n${password === undefined ? '' : `password (shown only now): ${password}\n`}`,
  },
  list: { usage: '', print: printUsers },
  disable: { usage: 'EMAIL', word: 'EMAIL', print: ({ email }: User) => `${email} is disabled\n` },
  delete: { usage: 'EMAIL', word: 'EMAIL', print: ({ email }: User) => `${email} is deleted\n` },
}

// Never as a word: everybody on the machine can read those. Without it, one is made and shown.
async function readPassword({ 'password-stdin': given, ...values }: Readonly<Record<string, unknown>>) {
  if (given !== true) return values
  return { ...values, password: (await text(process.stdin)).replace(/\r?\n$/, '') }
}

function printUsers(listed: readonly User[]): string {
  const rows = listed.map(({ id, email, role, disabled_at: at }) => [id, email, role, at ? 'disabled' : 'active'])
  return table([['ID', 'EMAIL', 'ROLE', 'STATE'], ...rows])
}
