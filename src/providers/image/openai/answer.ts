// answer: what the server says of the pictures that it has made.
import { z } from 'zod'

const answered = z.looseObject({ data: z.array(z.looseObject({ revised_prompt: z.string().nullish() }).catch({})) })

const LONGEST_PROMPT = 1000

/** DALL·E 3 paints what a language model has made of the prompt. */
export function revisionWarnings(answer: unknown, prompt: string): readonly string[] {
  const revised = (answered.safeParse(answer).data?.data ?? [])
    .map(({ revised_prompt }) => revised_prompt?.trim())
    .filter(words => words && words !== prompt.trim())
  return [...new Set(revised)].map(
    words => `The prompt was rewritten before it was painted: ${words?.slice(0, LONGEST_PROMPT).toWellFormed()}`,
  )
}
