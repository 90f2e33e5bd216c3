// capabilities: asks this machine's ffmpeg what it can do.
import type { Capabilities } from '../engine/capabilities.ts'
import type { Processes } from '../process/open.ts'
import { habitsOf } from './versions.ts'

/** Throws `config_invalid` when there is no ffmpeg. */
export async function readCapabilities(processes: Processes): Promise<Capabilities> {
  const ask = async (question: string) => {
    const command = { program: 'ffmpeg', args: ['-hide_banner', question] } as const
    return (await processes.run(command, { reads: [] }, { limits: { wallMs: 60_000 } })).stdout
  }
  const version = parseVersion(await ask('-version'))
  return {
    version,
    encoders: parseList(await ask('-encoders'), CODER),
    decoders: parseList(await ask('-decoders'), CODER),
    filters: parseList(await ask('-filters'), FILTER),
    muxers: parseList(await ask('-muxers'), MUXER),
    habits: habitsOf(version),
  }
}

// " V....D libx264  …" and, in the legend, " V..... = Video".
const CODER = /^ [VAS][A-Z.]{5} ([^\s=]\S*)/
// " TSC scale  V->V  …"; later versions print two flags.
const FILTER = /^ [A-Z.]{2,3} +(\S+) +\S+->\S+/
// "  E mp4  …"; one line may hold several names.
const MUXER = /^ [D ]E\S* +([^\s=]\S*)/

function parseVersion(text: string): string {
  return /^ffmpeg version (\S+)/.exec(text)?.[1] ?? 'unknown'
}

function parseList(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap(line => pattern.exec(line)?.[1]?.split(',') ?? []))
}
