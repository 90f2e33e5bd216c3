// contract: what every place for immutable bytes promises; test/contracts/storage.ts holds each one to it.
import type { Readable } from 'node:stream'

/**
 * Objects under keys such as `artifacts/3f/3f9a…`: parts of letters, digits, `.`, `_` and `-`, joined by `/`. A key
 * that is spelled any other way names nothing: reading says that it is missing, writing throws `request_invalid`.
 */
export interface Storage {
  /** Writes the whole object or nothing; what was there before stays until then. */
  put(key: string, body: Readable): Promise<{ sizeBytes: number }>
  /**
   * Like `put`, and takes the file away: it is moved where that is possible. Only a regular file with no other name
   * is taken, else `output_rejected`.
   */
  putFile(key: string, path: string): Promise<void>
  /** Throws `object_missing`. */
  get(key: string): Promise<Readable>
  /** Copies the object to a new file. Throws `object_missing`. */
  fetchTo(key: string, path: string): Promise<void>
  stat(key: string): Promise<{ sizeBytes: number } | undefined>
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>
  /** Every key that begins with `prefix`, in no order. */
  list(prefix: string): AsyncIterable<string>
  /** Where the object lies as a file that may be read but not changed; undefined where objects are not files. */
  localPath(key: string): string | undefined
  /**
   * What was begun before then, was to be an object under `prefix` as far as that can be told, and never became one;
   * absent where nothing of the kind can be left.
   */
  leftovers?(prefix: string, before: Date): AsyncIterable<Leftover>
}

export type Leftover = {
  /** For people. */
  readonly name: string
  /** Taking away what is gone by now is fine. */
  remove(): Promise<void>
}
