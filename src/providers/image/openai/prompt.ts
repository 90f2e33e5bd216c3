// prompt: the words of an order as the server takes them, with what it has no field for.
import type { ImageOrder } from '../contract.ts'
import { withoutArguments } from '../prompts.ts'
import type { ServerKind } from './server.ts'

type Worded = Pick<ImageOrder, 'prompt' | 'negativePrompt' | 'seed' | 'steps' | 'guidance'>

export function promptFor(kind: ServerKind, order: Worded): string {
  const prompt = withoutArguments(order.prompt)
  if (kind === 'stable-diffusion.cpp') return `${prompt}${argumentsOf(order)}`
  if (!splitsPrompts(kind)) return prompt
  const { negativePrompt } = order
  return [prompt, ...(negativePrompt === undefined ? [] : [negativePrompt])].map(withoutBars).join('|')
}

/** What the caller hears of it; nothing where all words are sent as they were written. */
export function promptWarnings(kind: ServerKind, { prompt, negativePrompt = '' }: Worded): readonly string[] {
  if (!splitsPrompts(kind) || !`${prompt}${negativePrompt}`.includes('|')) return []
  const who = kind === 'LocalAI' ? 'LocalAI takes' : 'This server may take'
  return [`${who} what follows a "|" for what is not to be seen: "${BAR}" is sent in its place`]
}

// LocalAI takes what follows the first bar for the negative prompt, and forgets what follows the second
// (core/http/endpoints/openai/image.go). One that has not said who it is may be LocalAI.
function splitsPrompts(kind: ServerKind): boolean {
  return kind === 'LocalAI' || kind === 'silent'
}

// Looks the same, and where texts are normalised (NFKC) it is the same.
const BAR = '\u{ff5c}'

function withoutBars(words: string): string {
  return words.replaceAll('|', BAR)
}

// examples/server/api.md; the server reads up to the first end that it finds, and no further than the line.
function argumentsOf({ seed, negativePrompt, steps, guidance }: Worded): string {
  const sampling = {
    ...(steps !== undefined && { sample_steps: steps }),
    ...(guidance !== undefined && { guidance: { txt_cfg: guidance } }),
  }
  const given = {
    seed,
    ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }),
    ...(Object.keys(sampling).length > 0 && { sample_params: sampling }),
  }
  return `<sd_cpp_extra_args>${JSON.stringify(given).replaceAll('<', '\\u003c')}</sd_cpp_extra_args>`
}
