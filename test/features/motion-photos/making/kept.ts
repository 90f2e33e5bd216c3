// kept: what the makers of motion photos read and make, as artifacts of a house.
import assert from 'node:assert/strict'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConvertParams, convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { newId } from '../../../../src/lib/ids.ts'
import type { RunOutput } from '../../../../src/runs/run.ts'
import type { NewStep } from '../../../../src/runs/steps/contract.ts'
import { digestFile } from '../../../../src/storage/digest.ts'
import type { House } from '../../../fixtures/house.ts'

/** Keeps a file as if it had been uploaded; answers its digest. */
export async function keep(house: House, file: string): Promise<string> {
  const copy = join(house.scratch, newId('upload'))
  await copyFile(file, copy)
  const digest = await digestFile(copy)
  await house.artifacts.publish(newId('key'), copy, { digest, facts: { durationS: 0, streams: [] } })
  return digest
}

/** What a photo is made by when nothing else is said. */
export const PLAIN = { speed: 1, layout: 'google', format: 'motion_photo', sound: 'kept' } as const

export function asked(params: Partial<ConvertParams> & Pick<ConvertParams, 'source'>): ConvertParams {
  return { startUs: 0, endUs: 1_000_000, coverUs: 500_000, ...PLAIN, ...params }
}

export async function begin(house: House, steps: NewStep[]) {
  return await house.runs.start({
    door: 'motion-photos',
    prefix: 'photo',
    owner: 'ann',
    request: {},
    steps,
    warnings: [],
  })
}

/** The run's one output, and the file that holds it. */
export async function make(house: House, steps: NewStep[]): Promise<{ output: RunOutput; file: string }> {
  const run = await house.ended(await begin(house, steps))
  assert.equal(run.status, 'completed', JSON.stringify(run.error))
  const [output] = run.outputs
  assert.ok(output)
  const file = await house.artifacts.locate(output.sha256, join(house.scratch, newId('made')))
  assert.ok(file)
  return { output, file }
}

/** A photo, and a file of its own with its clip. */
export async function makePhoto(house: House, params: ConvertParams) {
  const { file, output } = await make(house, convertSteps(params))
  const bytes = await readFile(file)
  const xmp = bytes.toString('latin1')
  const length = Number(/Semantic="MotionPhoto" Item:Length="(\d+)"/.exec(xmp)?.[1])
  const clip = join(house.scratch, `${output.sha256}.mp4`)
  await writeFile(clip, bytes.subarray(-length))
  const timestampUs = Number(/PresentationTimestampUs="(\d+)"/.exec(xmp)?.[1])
  return { params, output, photo: file, clip, timestampUs }
}

/** How a run failed. */
export async function failure(house: House, steps: NewStep[]) {
  const run = await house.ended(await begin(house, steps))
  assert.equal(run.status, 'failed')
  return run.error
}
