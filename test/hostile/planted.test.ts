// planted: what a tool that somebody has taken over may leave where its outputs should be; the job fails, and is over.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { link, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { makeClip } from '../fixtures/clips.ts'
import { attack, besieged } from './house.ts'

const attacked = besieged()

type Plant = (output: string, secret: string) => Promise<unknown>

const PLANTS: Readonly<Record<string, Plant>> = {
  'a link to a secret': async (output, secret) => {
    await rm(output)
    await symlink(secret, output)
  },
  'a link to the machine': async output => {
    await rm(output)
    await symlink('/etc/passwd', output)
  },
  'a link to a device that never ends': async output => {
    await rm(output)
    await symlink('/dev/zero', output)
  },
  'a link that leads in a circle': async output => {
    await rm(output)
    await symlink(output, output)
  },
  'a second name of a good film of somebody else': async output => {
    await rename(output, `${output}.other`)
    await link(`${output}.other`, output)
  },
  'a pipe that nobody writes to': async output => {
    await rm(output)
    await promisify(execFile)('mkfifo', [output])
  },
  'a directory': async output => {
    await rm(output)
    await mkdir(output)
  },
  'a playlist in place of the film': async (output, secret) =>
    await writeFile(output, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`),
  'an empty file': async output => await truncate(output, 0),
  'nothing at all': async output => await rm(output),
}

describe(`a job whose tool leaves each of ${Object.keys(PLANTS).length} things behind fails`, () => {
  for (const [what, plant] of Object.entries(PLANTS))
    test(what, { timeout: 60_000 }, async () => {
      const { house, traps } = attacked
      const { secret } = await traps().bait(house().uploads, '')
      const restore = house().meddle(async ({ program }, { writes }) => {
        if (program !== 'ffmpeg' || writes === undefined) return
        for (const name of await readdir(writes)) if (name.endsWith('.mp4')) await plant(join(writes, name), secret)
      })
      const name = `${what.replaceAll(' ', '-')}.mp4`
      const path = await makeClip(house().place.directory, { name, audio: false })
      const run = await attack(attacked, { name, content: () => readFile(path) }).finally(restore)
      assert.equal(run.status, 'failed')
      assert.equal(run.error?.code, 'output_rejected', run.error?.message)
      assert.deepEqual(await house().workshop.db.kysely.selectFrom('artifacts').selectAll().execute(), [])
    })
})
