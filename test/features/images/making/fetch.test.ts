// fetch.test: what a vendor has made is fetched patiently: it has been paid for.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fetchPicture } from '../../../../src/features/images/making/fetch.ts'
import { AppError, type ErrorCode } from '../../../../src/lib/errors.ts'
import { openWorkspace } from '../../../../src/runs/workspace.ts'

let scratch: string
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kinora-fetch-'))
})
after(() => rm(scratch, { recursive: true, force: true }))

/** What comes of a picture at an address that fails with this so many times. */
async function fetched(code: ErrorCode, times: number, signal = new AbortController().signal) {
  await using workspace = await openWorkspace(scratch, `step-${code}`, times)
  let asked = 0
  const download = async (_url: string, file: string) => {
    if (++asked <= times) throw new AppError(code, 'not today')
    await writeFile(file, 'a picture')
    return { sizeBytes: 9 }
  }
  const where = { fetcher: { download }, workspace, name: 'Painter', signal }
  const outcome = await fetchPicture(where, { url: 'https://pictures.example/1.png' }, 1, 'delivered').catch(
    thrown => thrown,
  )
  return { asked, outcome }
}

test('a server that is away for a moment is asked again', async () => {
  const { asked, outcome } = await fetched('unavailable', 1)
  assert.deepEqual([asked, String(outcome.bytes)], [2, 'a picture'])
})

test('what is not there is told, and is nothing that is ordered again', async () => {
  const { asked, outcome } = await fetched('source_missing', 9)
  const message = 'Painter API error: its picture was not to be had: not today'
  assert.deepEqual([asked, outcome.code, outcome.message], [1, 'provider_unreadable', message])
})

test('an address that may not be called is refused for good: another order would be no better', async () => {
  const { asked, outcome } = await fetched('location_refused', 9)
  assert.deepEqual([asked, outcome.code], [1, 'provider_refused'])
})

test('whoever stops does not wait for the server', async () => {
  const stopping = new AbortController()
  const ended = fetched('unavailable', 9, stopping.signal)
  stopping.abort(new AppError('cancelled', 'Nobody wants it'))
  assert.equal((await ended).outcome.code, 'cancelled')
})
