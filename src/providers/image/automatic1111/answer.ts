// answer: the pictures in what txt2img answers, and what it says of how they were made.
import { z } from 'zod'
import type { Vendor } from '../../vendor.ts'
import type { Generated, ImageOrder, Picture } from '../contract.ts'
import { findIn } from '../made.ts'
import { checkpointOf } from './models.ts'

const answered = z.looseObject({ info: z.string().nullish() }).catch({ info: undefined })

/** JSON in a string; stable-diffusion.cpp once had nothing in it. */
const making = z.looseObject({
  seed: z.number().nullish(),
  all_seeds: z.array(z.number()).nullish(),
  index_of_first_image: z.int().min(0).nullish(),
  sd_model_name: z.string().nullish(),
  sd_model_hash: z.string().nullish(),
})
type Making = z.infer<typeof making>

export function readAnswer(vendor: Vendor, answer: unknown, order: ImageOrder): Generated {
  const found = findIn(vendor, answer)
  const made = readMaking(answered.parse(answer).info)
  const pictures = withSeeds(withoutGrid(found, made, order.count), made)
  const seed = made.all_seeds?.[0] ?? made.seed
  return {
    ...{ pictures, keptBy: 'nobody' },
    ...(isSeed(seed) && seed !== order.seed && { seed }),
    warnings: modelWarnings(made, checkpointOf(order.model)),
  }
}

function readMaking(info: string | null | undefined): Making {
  try {
    return making.safeParse(JSON.parse(info ?? '')).data ?? {}
  } catch {
    return {}
  }
}

// First, where it is set up so, all of them in one; last, what extensions have drawn besides.
function withoutGrid(images: readonly Picture[], made: Making, count: number): readonly Picture[] {
  const first = made.index_of_first_image ?? (count > 1 && images.length > count ? 1 : 0)
  return images.slice(first < images.length ? first : 0).slice(0, count)
}

// With which each of several is made again alone; the grid has one more picture, and no seed.
function withSeeds(pictures: readonly Picture[], { all_seeds: seeds }: Making): readonly Picture[] {
  return pictures.map((picture, index) => {
    const seed = seeds?.[index]
    return isSeed(seed) ? { ...picture, seed } : picture
  })
}

function isSeed(seed: number | null | undefined): seed is number {
  return seed !== null && seed !== undefined && Number.isSafeInteger(seed) && seed >= 0
}

// A checkpoint that it does not have is passed over in silence.
function modelWarnings(made: Making, asked: string | undefined): readonly string[] {
  const name = made.sd_model_name
  if (!name || asked === undefined) return []
  // As `name`, `folder/name.safetensors`, `name.safetensors [hash]` or `hash`.
  const isAsked = asked.includes(name) || name.includes(asked) || made.sd_model_hash?.includes(asked)
  return isAsked ? [] : [`AUTOMATIC1111 has no checkpoint ${asked}: the picture was made with ${name}`]
}
