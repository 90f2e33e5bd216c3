// images: who makes pictures, as the settings say, the kinds of steps that order them, and what the door needs of them.
import type { Config } from '../config.ts'
import { openGallery } from '../features/images/gallery.ts'
import { imageKinds } from '../features/images/making/kinds.ts'
import { openNudges } from '../features/images/nudges.ts'
import { openSigningKey } from '../features/images/provenance/key.ts'
import { markPicture } from '../features/images/provenance/mark.ts'
import { openFetcher } from '../fetch/open.ts'
import { AppError } from '../lib/errors.ts'
import { automatic1111Provider } from '../providers/image/automatic1111/automatic1111.ts'
import { comfyUiProvider } from '../providers/image/comfyui/comfyui.ts'
import type { ImageProvider } from '../providers/image/contract.ts'
import { type ImageShelf, openImageShelf } from '../providers/image/index.ts'
import { openAiProvider } from '../providers/image/openai/openai.ts'
import { proceduralProvider } from '../providers/image/procedural/procedural.ts'
import { replicateProvider } from '../providers/image/replicate/replicate.ts'
import type { Artifacts } from '../runs/artifacts.ts'
import { version } from '../version.ts'
import { imageCallers } from './image-callers.ts'
import type { Outside } from './outside.ts'

// As PNG, four times the largest picture that anybody may ask for.
const MOST_BYTES = 64 * 1024 * 1024

/** `opening` closes it all again. Throws `config_invalid`. */
export async function openImages(
  config: Config,
  { db, processes }: Pick<Outside, 'db' | 'processes'>,
  artifacts: Artifacts,
  opening: AsyncDisposableStack,
) {
  const { images, fetch, concurrency } = config
  const shelf = openShelf(await openProviders(images, opening), images.model)
  const nudges = opening.use(await openNudges(db))
  const fetcher = openFetcher({ allow: fetch.allow, maxBytes: MOST_BYTES })
  const means = { db, processes, artifacts, shelf, fetcher, nudges, mark: markPicture }
  return {
    shelf,
    signingKey: await openSigningKey(db),
    gallery: openGallery(db, concurrency.provider),
    callers: imageCallers(config, nudges),
    kinds: imageKinds({ ...means, software: `Kinora ${version}`, maxMs: images.maxMs }),
  }
}

// The first one has the model that is taken when nobody names one.
async function openProviders(
  { replicate, openai, automatic1111, comfyui }: Config['images'],
  opening: AsyncDisposableStack,
): Promise<readonly [ImageProvider, ...ImageProvider[]]> {
  const procedural = opening.use(proceduralProvider())
  const [first = procedural, ...others] = [
    ...(replicate ? [replicateProvider(replicate)] : []),
    ...(openai ? [await openAiProvider(openai)] : []),
    ...(automatic1111 ? [automatic1111Provider(automatic1111)] : []),
    ...(comfyui ? [await comfyUiProvider(comfyui)] : []),
    procedural,
  ]
  return [first, ...others]
}

function openShelf(providers: readonly [ImageProvider, ...ImageProvider[]], wanted: string | undefined): ImageShelf {
  const names = providers.flatMap(({ models }) => models.map(({ name }) => name))
  const usual = wanted ?? providers[0].models[0]?.name ?? ''
  if (names.includes(usual)) return openImageShelf(providers, usual)
  throw new AppError('config_invalid', `KINORA_IMAGE_MODEL must be one of ${names.join(', ')}`)
}
