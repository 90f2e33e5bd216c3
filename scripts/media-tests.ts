// media-tests: prints the tests whose outcome depends on the version of ffmpeg, for other-debian.sh: they are found by
// what they import, so that a new one is among them.
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
// Who needs one of these runs ffmpeg, or looks at what it has made.
const FFMPEG = ['test/fixtures/clips.ts', 'src/process/open.ts']
// Whole servers (test/e2e, test/hostile …) take as long again, and come to the same engine. Motion photos and runs have not
// been made to pass under every version yet.
const ROOMS = ['engine/**', 'ffmpeg/**', 'process/**']
// What is held against a real database or S3 looks at the ledger, not at media.
const SERVERS = /\b(forEachDatabase|startPostgres|startS3)\b/

for (const path of globSync(`test/{${ROOMS.join()}}/*.test.ts`, { cwd: ROOT }).sort())
  if (!SERVERS.test(read(path)) && FFMPEG.some(file => needs(path).has(file))) console.log(path)

/** The files of this repository that a file loads, itself included. */
function needs(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, target = ''] of read(path).matchAll(/^(?:import|export|\} )(?! ?type\b).*?from '(\.[^']+\.ts)'$/gm))
    needs(posix.join(posix.dirname(path), target), found)
  return found
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
