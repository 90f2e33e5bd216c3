// settings: who makes pictures, and the figures of document 003.

import { z } from 'zod'
import { authMode, number, seconds, setting } from '../../lib/setting.ts'

export const IMAGE_SETTINGS = {
  KINORA_AUTH_IMAGES: authMode('as `KINORA_AUTH`', 'The same, for images only.'),
  KINORA_LIMIT_IMAGES_CREATE: number(
    10,
    0,
    1_000_000,
    'How many jobs a minute may be created from one address; `0` is no limit.',
  ),
  KINORA_LIMIT_IMAGES_STATUS: number(60, 0, 1_000_000, 'The same for asking how far they are.'),
  KINORA_IMAGE_MODEL: setting(
    z.string().min(1).optional(),
    'the first one that is set up; without any, `procedural`',
    'The model that is taken when a request names none.',
  ),
  KINORA_IMAGE_MAX_SECONDS: seconds(600, 1, 86_400, 'How long a picture may take its maker, before it is given up.'),
  KINORA_REPLICATE_TOKEN: setting(
    z.string().min(8, 'must have at least 8 characters').optional(),
    'no Replicate',
    'Pictures from Replicate: its API token. `REPLICATE_API_TOKEN` is read, too, when this one is not set.',
  ),
  KINORA_REPLICATE_URL: setting(
    z.string().transform(readBase).default('https://api.replicate.com/v1'),
    '`https://api.replicate.com/v1`',
    'Where Replicate is.',
  ),
  KINORA_REPLICATE_MODELS: setting(
    z.string().transform(readNames).optional(),
    '`black-forest-labs/flux-schnell` and `stability-ai/sdxl`',
    'The models of Replicate that may be named, as `owner/name` or `owner/name:version`.',
  ),
  KINORA_REPLICATE_WEBHOOK_SECRET: setting(
    z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+=*$/, 'must be a secret such as whsec_…')
      .optional(),
    'asked of Replicate',
    'What Replicate signs its webhooks with. It sends some only where KINORA_PUBLIC_URL says how to reach us.',
  ),
  KINORA_OPENAI_URL: setting(
    z.string().transform(readBase).optional(),
    'no such server; with a key, `https://api.openai.com/v1`',
    'Pictures from a server that speaks as OpenAI does (`…/v1`): OpenAI, LocalAI, stable-diffusion.cpp.',
  ),
  KINORA_OPENAI_KEY: setting(
    z.string().min(1).optional(),
    'none',
    'Its key. `OPENAI_API_KEY` and `OPENAI_BASE_URL` are read, too, when these are not set.',
  ),
  KINORA_OPENAI_IMAGE_MODELS: setting(
    z.string().transform(readNames).optional(),
    '`gpt-image-1`',
    'Its models that make pictures.',
  ),
  KINORA_A1111_URL: setting(
    z.string().transform(readBase).optional(),
    'no such server',
    'Pictures from AUTOMATIC1111, Forge or SD.Next, started with `--api`: `http://127.0.0.1:7860`.',
  ),
  KINORA_A1111_LOGIN: setting(
    z
      .string()
      .regex(/^[^:]+:.+$/, 'must be user:password')
      .optional(),
    'none',
    'What it was started with as `--api-auth`: `user:password`.',
  ),
  KINORA_A1111_MODELS: setting(
    z.string().transform(readNames).optional(),
    '`automatic1111`, whatever it has loaded',
    'Checkpoints of it that may be named.',
  ),
  KINORA_COMFYUI_URL: setting(
    z.string().transform(readBase).optional(),
    'no such server',
    'Pictures from ComfyUI: `http://127.0.0.1:8188`.',
  ),
  KINORA_COMFYUI_WORKFLOWS: setting(
    z.string().transform(readNames).optional(),
    'one for text to picture with the first checkpoint',
    'Workflows saved in API format, with placeholders, each a model of its name: `./portrait.json, ./poster.json`.',
  ),
}

function readNames(written: string, context: z.RefinementCtx): readonly string[] {
  const names = written.split(',').map(name => name.trim())
  if (names.includes('')) context.addIssue('must be names with commas between them')
  return names
}

function readBase(written: string, context: z.RefinementCtx): string {
  const url = URL.parse(written)
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash)
    return url.href.replace(/\/+$/, '')
  context.addIssue('must be a URL such as http://127.0.0.1:8188')
  return z.NEVER
}
