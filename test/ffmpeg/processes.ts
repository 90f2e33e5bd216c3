// processes: one opened for each test file, and a directory that goes when the tests have ended.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openProcesses } from '../../src/process/open.ts'

export const processes = await openProcesses({ sandbox: 'auto' })
export const directory = mkdtempSync(join(tmpdir(), 'kinora-ffmpeg-'))

after(() => rmSync(directory, { recursive: true, force: true }))
