// doctor: looks at this machine and these settings the way Kinora would, and says what is wrong and what to do.
import { type Config, loadConfig, readEnvironment } from '../config.ts'
import { AppError } from '../lib/errors.ts'
import { checkClock, checkDirectory, checkNode, checkTools } from './doctor-machine.ts'
import { checkDatabase, checkPorts, checkStorage, holderOf } from './doctor-places.ts'
import type { Screen } from './screen.ts'

export type Finding = {
  readonly check: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  /** What is, and, where something is wrong, what to do about it. */
  readonly message: string
}

/** Resolves with the exit code: 1 when something keeps Kinora from working. Works beside a Kinora that runs. */
export async function doctor(
  words: readonly string[],
  screen: Screen = process.stdout,
  env: NodeJS.ProcessEnv = readEnvironment(),
): Promise<number> {
  const findings = await examine(env)
  screen.write(words.includes('--json') ? `${JSON.stringify(findings)}\n` : findings.map(line).join(''))
  return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0
}

async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const config = read(env)
  if ('verdict' in config) return [checkNode(), config]
  const holder = holderOf(config)
  const found = await Promise.all([
    guarded('media tools', () => checkTools(config)),
    guarded('data directory', () => checkDirectory(config)),
    guarded('database', () => checkDatabase(config, holder)),
    guarded('storage', () => checkStorage(config)),
    guarded('ports', () => checkPorts(config)),
    guarded('clock', () => checkClock(config)),
  ])
  return [checkNode(), ...settingsOf(config), ...found.flat(), holder, secretOf(config)]
}

function read(env: NodeJS.ProcessEnv): Config | Finding {
  try {
    return loadConfig(env)
  } catch (error) {
    return { check: 'settings', verdict: 'fail', message: sentence(error) }
  }
}

function settingsOf({ warnings }: Config): Finding[] {
  if (warnings.length === 0) return [{ check: 'settings', verdict: 'ok', message: 'all of them are understood' }]
  return warnings.map(message => ({ check: 'settings', verdict: 'warn', message }))
}

function secretOf({ jwtSecret }: Config): Finding {
  const message = jwtSecret === undefined ? 'made once by Kinora and kept' : 'given by KINORA_JWT_SECRET'
  return { check: 'token secret', verdict: 'ok', message }
}

// One check that breaks off does not take the others with it.
async function guarded(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  return await look().catch(error => [{ check, verdict: 'fail', message: sentence(error) }])
}

/** What went wrong, for whoever runs the machine. */
function sentence(error: unknown): string {
  if (error instanceof AppError) return error.message
  return error instanceof Error ? error.message.split('\n')[0] || error.name : String(error)
}

function line({ check, verdict, message }: Finding): string {
  return `${verdict.padEnd(5)} ${check.padEnd(16)} ${message}\n`
}
