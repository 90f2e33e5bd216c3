// source: what a source of the corpus is, and the words that their recipes are written with.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ffmpeg } from '../engine/real.ts'

export type Source = {
  readonly kind: string
  readonly name: string
  /** As its file is called; the ending decides what it is. */
  readonly file: string
  /** Writes the file; beside it there is room for what it is made of. */
  make(file: string): Promise<unknown>
  /** What has to be told of each output, by the name of the output; of those that are not named, nothing may be told. */
  readonly warns?: Partial<Record<OutputName, RegExp>>
  /** What some versions of ffmpeg notice while they open it, and others do not. */
  readonly mayWarn?: RegExp
  /** How a copy of it ends; as itself when nothing is said. */
  readonly copy?: string
}

export const OUTPUTS = ['copy', 'trim', 'scale', 'concat', 'audio'] as const
export type OutputName = (typeof OUTPUTS)[number]

/** The same is told of all outputs. */
export function everywhere(words: RegExp): Partial<Record<OutputName, RegExp>> {
  return Object.fromEntries(OUTPUTS.map(output => [output, words]))
}

export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
export const BFRAMES = [...X264, '-bf', '2', '-g', '24']
export const AAC = ['-c:a', 'aac', '-b:a', '64k']
export const FRAGMENTED = ['-movflags', '+empty_moov+frag_keyframe+default_base_moof']
export const AS_IT_IS = ['-map', '0', '-c', 'copy']

export type Shape = {
  readonly seconds?: number
  readonly rate?: string | number
  readonly size?: string
  readonly hz?: number
  /** How much later one begins than the other. */
  readonly lateSoundS?: number
  readonly lateVideoS?: number
}

/** Moving pictures as an input of ffmpeg. */
export function seen({ seconds = 1.87, rate = '30000/1001', size = '96x54', lateVideoS = 0 }: Shape = {}): string[] {
  return ['-itsoffset', String(lateVideoS), '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`]
}

/** A tone as an input of ffmpeg. */
export function heard({ seconds = 1.87, hz = 48_000, lateSoundS = 0 }: Shape = {}): string[] {
  return ['-itsoffset', String(lateSoundS), '-f', 'lavfi', '-i', `sine=440:sample_rate=${hz}:d=${seconds}`]
}

/** Both. */
export function clip(shape: Shape = {}): string[] {
  return [...seen(shape), ...heard(shape)]
}

/** A source that one command makes. */
export function made(...args: string[]): Source['make'] {
  return file => ffmpeg(...args, file)
}

/** A source that is made of another, which lies beside it. */
export function changed(
  first: string,
  args: readonly string[],
  change: (from: string, to: string) => Promise<unknown>,
) {
  return async (file: string) => {
    const before = `${file}.${first}`
    await ffmpeg(...args, before)
    await change(before, file)
  }
}

/** Files put one after the other. */
export function joined(...parts: (readonly string[])[]): Source['make'] {
  return async file => {
    const ending = file.split('.').at(-1)
    const names = parts.map((_, index) => `${file}.${index}.${ending}`)
    for (const [index, args] of parts.entries()) await ffmpeg(...args, names[index] ?? '')
    await writeFile(file, Buffer.concat(await Promise.all(names.map(name => readFile(name)))))
  }
}

/** The bytes of a file, changed. */
export function rewritten(change: (bytes: Buffer) => Buffer) {
  return async (from: string, to: string) => await writeFile(to, change(await readFile(from)))
}

// Of a packet: how long its first unit is, and what it is.
const HEAD = 6

/** Fills the packet in the middle of a stream with ones, but for its head. */
export async function damaged(stream: 'v' | 'a', from: string, to: string): Promise<void> {
  const ask = ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pos,size', '-of', 'csv=p=0', from]
  const rows = (await promisify(execFile)('ffprobe', ask)).stdout.trim().split('\n')
  const [size = 0, at = 0] = (rows[rows.length >> 1] ?? '').split(',').map(Number)
  const bytes = await readFile(from)
  bytes.fill(0xff, at + HEAD, at + size)
  await writeFile(to, bytes)
}
