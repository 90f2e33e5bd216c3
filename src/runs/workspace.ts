// workspace: a directory for one attempt at one step, removed however the attempt ends.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Workspace extends AsyncDisposable {
  /** A file that only this process sees. */
  file(name: string): string
  /** What a tool may write to, and nothing else here. */
  readonly outputs: string
  output(name: string): string
}

/** `scratch` belongs to this process alone; attempts never share a directory. */
export async function openWorkspace(scratch: string, stepId: string, attempt: number): Promise<Workspace> {
  const directory = join(scratch, `${stepId}-${attempt}`)
  const outputs = join(directory, 'outputs')
  await mkdir(outputs, { recursive: true })
  return {
    file: name => join(directory, name),
    outputs,
    output: name => join(outputs, name),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Removes what a killed process left behind. Only for the owner of the data directory. */
export async function emptyScratch(scratch: string): Promise<void> {
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  // The directory itself stays: it may be a disk of its own.
  for (const name of await readdir(scratch)) await rm(join(scratch, name), { recursive: true, force: true })
}
