// kinora: a command, run as somebody runs it, beside a site or alone.
import { join } from 'node:path'
import { execa } from 'execa'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

export type Ended = { readonly code: number | undefined; readonly out: string; readonly err: string }

/** Runs a command with these settings and no others; `input` is its stdin. */
export async function kinora(words: readonly string[], env: Record<string, string>, input = ''): Promise<Ended> {
  const settings = { PATH: process.env['PATH'], ...env }
  const options = {
    env: settings,
    extendEnv: false,
    reject: false,
    input,
    cwd: env['KINORA_DATA_DIR'],
    timeout: 60_000,
  }
  const { exitCode: code, stdout: out, stderr: err } = await execa(process.execPath, [MAIN, ...words], options)
  return { code, out, err }
}
