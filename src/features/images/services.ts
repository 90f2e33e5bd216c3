// services: what the images door needs from the rest of the house.
import type { IncomingHttpHeaders } from 'node:http'
import type { Identify } from '../../access/open.ts'
import type { ImageModel } from '../../providers/image/contract.ts'
import type { ImageShelf } from '../../providers/image/index.ts'
import type { Artifacts } from '../../runs/artifacts.ts'
import type { Runs } from '../../runs/run.ts'
import type { Webhooks } from '../../runs/webhooks/delivery.ts'
import type { AuthMode } from '../../web/authenticate.ts'
import type { SigningKey } from './provenance/key.ts'
import type { Media } from './store.ts'

export type ImageServices = {
  readonly runs: Runs
  readonly webhooks: Webhooks
  readonly artifacts: Pick<Artifacts, 'locate'>
  readonly gallery: Gallery
  readonly shelf: ImageShelf
  /** What manifests are signed with. */
  readonly signingKey: SigningKey
  /** A directory of this process alone. */
  readonly scratch: string
  readonly auth: AuthMode
  readonly identify: Identify
  /** Requests a minute from one address; 0 is no limit. */
  readonly limits: { readonly create: number; readonly status: number }
  /** By the name of the provider: who sends word. */
  readonly callers: ReadonlyMap<string, VendorCaller>
  /** `production`, or `development` where only this machine can reach us. */
  readonly environment: string
  /** Of the program. */
  readonly version: string
  /** Throws where the database is down. */
  health(): Promise<unknown>
  /** Throws where bytes cannot be kept. */
  assertWorkable(): Promise<void>
}

/** Pictures that are there, and how long others take. */
export interface Gallery {
  /** For whoever has its unguessable id. Throws `media_not_found`. */
  find(id: string): Promise<Media>
  /** What these runs show, each run's in order. */
  of(runIds: readonly string[]): Promise<readonly Media[]>
  /** From now on nobody finds it. Throws `media_not_found`. */
  remove(id: string): Promise<void>
  /** From now until an order that is sent in this moment is there. */
  estimateMs(model: ImageModel): Promise<number>
  /** From order to picture; what its maker says, of a model that nobody has used yet. */
  usualMs(model: ImageModel): Promise<number>
}

/** A vendor that calls us when something has happened. Nothing of what it says is believed but that it is time to look. */
export type VendorCaller = {
  /** What it calls the thing that something has happened to. Throws `unauthorized` unless it is the vendor that speaks. */
  read(headers: IncomingHttpHeaders, rawBody: Buffer): Promise<string>
  /** Tells whoever waits for that. */
  ring(name: string): Promise<void>
  /** Where it reaches us; undefined where nobody outside does. */
  readonly url?: string
}
