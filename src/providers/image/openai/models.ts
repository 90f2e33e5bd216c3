// models: what the models can do that are reached as OpenAI's are (its API reference, "Create image").
import type { ImageModel, Size } from '../contract.ts'
import type { ServerKind } from './server.ts'

type Abilities = Omit<ImageModel, 'name'>

const COMMON = { kind: 'trained', takesNegativePrompt: false, takesSeed: false } as const

const GPT_IMAGE: Abilities = {
  ...COMMON,
  about: 'GPT Image of OpenAI, which follows long prompts and writes legibly.',
  sizes: { kind: 'list', sizes: [size(1024, 1024), size(1536, 1024), size(1024, 1536)] },
  maxCount: 10,
  formats: ['png', 'jpg', 'webp'],
  usualMs: 30_000,
}

// https://developers.openai.com/api/docs/guides/image-generation: both sides multiples of 16, none above 3840, up to 3:1,
// and 655,360 to 8,294,400 pixels; a shorter side than 480 is in none of these.
const GPT_IMAGE_2: Abilities = {
  ...GPT_IMAGE,
  sizes: {
    ...{ kind: 'free', minPx: 480, maxPx: 3840, multipleOf: 16, usual: size(1024, 1024) },
    ...{ maxRatio: 3, area: { minPx: 655_360, maxPx: 8_294_400 } },
  },
}

const KNOWN: Readonly<Record<string, Abilities>> = {
  'gpt-image-1': GPT_IMAGE,
  'gpt-image-1-mini': { ...GPT_IMAGE, about: 'GPT Image of OpenAI, smaller and cheaper.', usualMs: 20_000 },
  'dall-e-3': {
    ...COMMON,
    about: 'DALL·E 3 of OpenAI, which rewrites prompts before it paints them.',
    sizes: { kind: 'list', sizes: [size(1024, 1024), size(1792, 1024), size(1024, 1792)] },
    maxCount: 1,
    formats: ['png'],
    usualMs: 15_000,
  },
  'dall-e-2': {
    ...COMMON,
    about: 'DALL·E 2 of OpenAI.',
    sizes: { kind: 'list', sizes: [size(1024, 1024), size(512, 512), size(256, 256)] },
    maxCount: 10,
    formats: ['png'],
    usualMs: 10_000,
  },
}

// LocalAI and stable-diffusion.cpp: whatever has been loaded there. Sizes that every diffusion model can paint.
const OTHER: Abilities = {
  ...COMMON,
  about: 'A model of a server that speaks as OpenAI does.',
  sizes: { kind: 'free', minPx: 128, maxPx: 2048, multipleOf: 64, usual: size(512, 512) },
  maxCount: 4,
  formats: ['png'],
  usualMs: 60_000,
}

// Whatever it is called: the server has one model, and takes what OpenAI has no field for in the prompt.
const STABLE_DIFFUSION_CPP: Abilities = {
  ...OTHER,
  about: 'The model of a stable-diffusion.cpp server.',
  takesNegativePrompt: true,
  takesSeed: true,
  steps: { min: 1, max: 150 },
  guidance: { min: 0, max: 30 },
}

/** Models that are named alike are taken to be alike; of those that nobody knows nothing is assumed. */
export function modelOf(name: string, server: ServerKind = 'other'): ImageModel {
  if (server === 'stable-diffusion.cpp') return { name, ...STABLE_DIFFUSION_CPP }
  return { name, ...abilitiesOf(name), ...(server === 'LocalAI' && { takesNegativePrompt: true }) }
}

function abilitiesOf(name: string): Abilities {
  const bare = bareName(name)
  const known = KNOWN[bare] ?? (/^gpt-image-2(?!\d)/.test(bare) ? GPT_IMAGE_2 : undefined)
  return known ?? (isGptImage(name) ? GPT_IMAGE : OTHER)
}

export function isGptImage(name: string): boolean {
  // `chatgpt-image-latest` is the one that ChatGPT has.
  return /^(chatgpt|gpt)-image-/.test(bareName(name))
}

// Gateways say whose a model is: `openai/gpt-image-1`.
function bareName(name: string): string {
  return name.replace(/^openai\//, '')
}

function size(widthPx: number, heightPx: number): Size {
  return { widthPx, heightPx }
}
