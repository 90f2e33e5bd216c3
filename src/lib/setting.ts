// setting: the kinds of settings that there are: each reads its text strictly, and says its default and what it means.
import { z } from 'zod'

/** A row of a table of settings. `shown` is its default as people read it, or what that depends on. */
export function setting<Schema extends z.ZodType>(schema: Schema, shown: string, meaning: string) {
  return { schema, shown, meaning }
}

export function text(usual: string, meaning: string) {
  return setting(z.string().default(usual), `\`${usual}\``, meaning)
}

export function number(usual: number, least: number, most: number, meaning: string) {
  return setting(whole(least, most).default(usual), `\`${usual}\``, meaning)
}

export function seconds(usual: number, least: number, most: number, meaning: string) {
  const message = `must be a number of seconds from ${least} to ${most}`
  const schema = z
    .string()
    .refine(written => within(/^\d{1,9}(\.\d{1,3})?$/, written, least, most), message)
    .transform(Number)
  return setting(schema.default(usual), `\`${usual}\``, meaning)
}

export function port(name: string, usual: number) {
  const range = whole(0, 65_535, 'must be a port from 0 to 65535, or off')
  const meaning = `The port of the ${name} listener; \`0\` is any free one, \`off\` leaves it closed.`
  return setting(
    z.union([z.literal('off'), range], 'must be a port from 0 to 65535, or off').default(usual),
    `\`${usual}\``,
    meaning,
  )
}

/** Whether calls need credentials; what is not set is decided elsewhere. */
export function authMode(shown: string, meaning: string) {
  return setting(z.enum(['optional', 'required'], 'must be optional or required').optional(), shown, meaning)
}

/** A whole number as text. */
export function whole(least: number, most: number, message = `must be a whole number from ${least} to ${most}`) {
  return z
    .string()
    .refine(written => within(/^\d{1,16}$/, written, least, most), message)
    .transform(Number)
}

function within(shape: RegExp, written: string, least: number, most: number): boolean {
  return shape.test(written) && Number(written) >= least && Number(written) <= most
}
