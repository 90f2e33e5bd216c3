// traps: what tells whether an attack got through: a film with frames of its own, a secret, and a port that counts.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Invocation } from '../../src/process/run.ts'
import { makeClip } from '../fixtures/clips.ts'
import { bare } from '../process/levels.ts'
import type { Bait } from './disguises.ts'

export interface Traps extends AsyncDisposable {
  /** The bait for an attack whose file will lie in `uploads`. */
  bait(uploads: string, self: string): Promise<Bait>
  /** How often somebody came to the port. */
  visits(): number
  /** How many of these lines of framemd5 are frames of the film. */
  framesOfFilm(lines: readonly string[]): number
  /** What no text may hold. */
  readonly secrets: readonly string[]
}

/** Prints a line for each decoded frame, with its digest. */
export function frames(...input: readonly string[]): Invocation {
  return { program: 'ffmpeg', args: ['-v', 'error', '-nostdin', ...input, '-map', '0:v?', '-f', 'framemd5', 'pipe:1'] }
}

export async function setTraps(): Promise<Traps> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-bait-'))
  const clip = { seconds: 3, pattern: 'smptebars', audio: false }
  const film = await makeClip(directory, { ...clip, name: 'film.ts' })
  const mp4 = await makeClip(directory, { ...clip, name: 'film.mp4' })
  const word = `secret-${randomUUID()}`
  const secret = join(directory, 'secret.txt')
  await writeFile(secret, `${word}\n`.repeat(20))
  const digests = new Set([...(await digestsOf(film)), ...(await digestsOf(mp4))])

  let visits = 0
  const server = createServer(socket => {
    visits += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    secrets: [word, directory],
    visits: () => visits,
    framesOfFilm: lines => lines.flatMap(digestOf).filter(digest => digests.has(digest)).length,
    async bait(uploads, self) {
      const neighbour = 'neighbour.ts'
      await copyFile(film, join(uploads, neighbour))
      return { film, mp4, secret, neighbour, port, self }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function digestsOf(file: string): Promise<string[]> {
  const { stdout } = await bare.run(frames('-i', 'file:/in/0'), { reads: [file] })
  return stdout.split('\n').flatMap(digestOf)
}

// "0, 0, 0, 1, 6144, 0f3a…" is a frame.
function digestOf(line: string): string[] {
  const digest = /, *([0-9a-f]{32})$/.exec(line)?.[1]
  return digest === undefined ? [] : [digest]
}
