// index: the readers, from the most telling to the last resort.
import { brute } from './brute.ts'
import type { Reader, Verdict } from './contract.ts'
import { google } from './google.ts'
import { heic } from './heic.ts'
import { media3 } from './media3.ts'
import { microvideo } from './microvideo.ts'
import type { Photo } from './photo.ts'
import { samsung } from './samsung.ts'

export const readers = { google, media3, microvideo, samsung, heic, brute } as const satisfies Record<string, Reader>

export type ReaderName = keyof typeof readers
export type Verdicts = Readonly<Record<ReaderName, Verdict>>

/** What each of them makes of the file. */
export async function readAll(photo: Photo): Promise<Verdicts> {
  const verdicts = Object.values(readers).map(async reader => [reader.name, await reader.read(photo)] as const)
  return Object.fromEntries(await Promise.all(verdicts)) as Verdicts
}

/** Whether this kind of software plays the video: it finds one, and has nothing to complain of that matters. */
export function works({ found, problems }: Verdict): boolean {
  return found && !problems.some(({ level }) => level === 'error')
}
