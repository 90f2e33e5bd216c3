// workspace: a directory for one attempt at one step, removed however the attempt ends.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Workspace extends AsyncDisposable {
  readonly directory: string
  file(name: string): string
}

/** `scratch` belongs to this process alone; attempts never share a directory. */
export async function openWorkspace(scratch: string, stepId: string, attempt: number): Promise<Workspace> {
  const directory = join(scratch, `${stepId}-${attempt}`)
  await mkdir(directory, { recursive: true })
  return {
    directory,
    file: name => join(directory, name),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Removes what a killed process left behind. Only for the owner of the data directory. */
export async function emptyScratch(scratch: string): Promise<void> {
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  // The directory itself stays: it may be a disk of its own.
  for (const name of await readdir(scratch)) await rm(join(scratch, name), { recursive: true, force: true })
}
