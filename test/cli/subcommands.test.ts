// subcommands: what is said when the words are wrong, before anything is opened or after the owner has looked at them.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Access } from '../../src/access/open.ts'
import { keys } from '../../src/cli/keys.ts'
import { accessCommands } from '../../src/cli/owner-commands.ts'
import { openOwnerSocket } from '../../src/cli/owner-socket.ts'
import { tokens } from '../../src/cli/tokens.ts'
import { users } from '../../src/cli/users.ts'

const GROUPS = { keys, tokens, users }

const WRONG: readonly [string, RegExp][] = [
  ['keys', /^$/],
  ['keys craete', /^kinora keys: there is no command "craete"; did you mean "create"\?\n/],
  ['keys toString', /^kinora keys: there is no command "toString"\n/],
  [
    'keys create',
    /^kinora keys: --user is missing \(a string\); --name is missing \(a string\)\n\n {2}kinora keys create /,
  ],
  ['keys create --user anonymous --name a', /^kinora keys: --user must not look like "anonymous"/],
  [
    'keys create --user ann --name a --expires-days soon',
    /^kinora keys: --expires-days must be a whole number of days from 1 to 3650\n/,
  ],
  [
    'keys create --user ann --name a --expires-days 0',
    /^kinora keys: --expires-days must be a whole number of days from 1 to 3650\n/,
  ],
  ['keys create --user', /^kinora keys: Option '--user <value>' argument missing\n/],
  ['keys create --usr ann', /^kinora keys: Unknown option '--usr'\n/],
  ['keys create --admin=yes', /^kinora keys: Option '--admin' does not take an argument\n/],
  ['keys list ann', /^kinora keys: "ann" is one word too many\n/],
  ['keys revoke', /^kinora keys: KEY_ID is missing/],
  ['keys revoke a b', /^kinora keys: "b" is one word too many\n/],
  ['tokens create --user ann --role root', /^kinora tokens: --role must be one of "user", "admin"/],
  ['tokens verify', /^kinora tokens: TOKEN is missing/],
  ['users create ann', /^kinora users: EMAIL must be an email address\n/],
  ['users create ann@example.com --password x', /^kinora users: Unknown option '--password'\n/],
]

for (const [line, said] of WRONG)
  test(`kinora ${line}: is told what is wrong with it`, async t => {
    const directory = mkdtempSync(join(tmpdir(), 'kinora-words-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const owner = await openOwnerSocket(directory, accessCommands({} as Access))
    t.after(() => owner.close())
    const { code, out, err } = await run(line, directory)
    assert.equal(code, 2)
    assert.match(err, said)
    assert.equal(out === '', line !== 'keys')
  })

test('help is shown without touching anything', async () => {
  const directory = join(tmpdir(), 'kinora-that-is-not-there')
  for (const line of ['keys --help', 'keys create --help', 'users help', 'tokens -h']) {
    const { code, out, err } = await run(line, directory)
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^ {2}kinora (keys|users|tokens) create .*\[--json\]\n/)
  }
  assert.ok(!existsSync(directory))
})

async function run(line: string, directory: string) {
  const [group = '', ...words] = line.split(' ')
  const [out, err]: [string[], string[]] = [[], []]
  const terminal = {
    env: { KINORA_DATA_DIR: directory },
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
  }
  const code = await GROUPS[group as keyof typeof GROUPS](words, terminal)
  return { code, out: out.join(''), err: err.join('') }
}
