// capabilities: asks this machine's ffmpeg what it can do.
import type { Capabilities } from '../engine/capabilities.ts'
import type { Processes } from '../process/open.ts'
import { habitsOf } from './versions.ts'

/** Throws `config_invalid` when there is no ffmpeg. */
export async function readCapabilities(processes: Processes): Promise<Capabilities> {
  const [version, codecs, filters] = await Promise.all(
    ['-version', '-codecs', '-filters'].map(question => ask(processes, question)),
  )
  const number = parseVersion(version)
  return { version: number, ...parseCodecs(codecs), filters: parseFilters(filters), habits: habitsOf(number) }
}

async function ask(processes: Processes, question: string): Promise<string> {
  const command = { program: 'ffmpeg', args: ['-hide_banner', question] } as const
  return (await processes.run(command, { reads: [] }, { limits: { wallMs: 60_000 } })).stdout
}

// " TSC scale  V->V  …"; later versions print two flags.
const FILTER = /^ [A-Z.]{2,3} +(\S+) +\S+->\S+/
// " DEV.LS h264  H.264 (decoders: h264 h264_qsv) (encoders: libx264 )", and where one has the codec's own name, nothing in brackets.
const CODEC = /^ ([D.])([E.])[VASDT.][I.][L.][S.] +([^\s=]\S*)/

function parseVersion(text = ''): string {
  return /^ffmpeg version (\S+)/.exec(text)?.[1] ?? 'unknown'
}

function parseFilters(text = ''): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap(line => FILTER.exec(line)?.[1] ?? []))
}

function parseCodecs(text = ''): Pick<Capabilities, 'encoders' | 'decoders'> {
  const [encoders, decoders] = [new Set<string>(), new Set<string>()]
  for (const line of text.split('\n')) {
    const [, decoded, encoded, codec = ''] = CODEC.exec(line) ?? []
    const named = (kind: string) => new RegExp(`\\(${kind}: ([^)]*)\\)`).exec(line)?.[1]?.trim().split(/ +/) ?? [codec]
    if (decoded === 'D') for (const name of named('decoders')) decoders.add(name)
    if (encoded === 'E') for (const name of named('encoders')) encoders.add(name)
  }
  return { encoders, decoders }
}
