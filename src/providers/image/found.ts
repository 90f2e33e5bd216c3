// found: the pictures in what a vendor has answered, however deep they lie in it: addresses, and bytes written as base64.
import { fromBase64 } from './base64.ts'
import type { Picture } from './contract.ts'

const DEEPEST = 6
const MOST = 64

/** In the order of the answer; an object with several ways to one picture gives it once. */
export function findPictures(answer: unknown): readonly Picture[] {
  return look(answer, DEEPEST).slice(0, MOST)
}

function look(value: unknown, deep: number): readonly Picture[] {
  if (typeof value === 'string') return pictureIn(value)
  if (typeof value !== 'object' || value === null || deep === 0) return []
  if (Array.isArray(value)) return value.slice(0, MOST).flatMap(item => look(item, deep - 1))
  const fields = new Map(Object.entries(value))
  for (const name of NAMES) {
    const found = look(fields.get(name), deep - 1)
    if (found.length > 0) return found
  }
  const others = [...fields].filter(([name]) => !BESIDE.test(name))
  return others.flatMap(([, other]) => look(other, deep - 1))
}

// Where vendors put their pictures: the bytes before an address of the same one.
const NAMES = [
  ...['b64_json', 'base64', 'image_base64', 'images', 'image', 'pictures', 'picture', 'output', 'outputs'],
  ...['data', 'result', 'results', 'artifacts', 'samples', 'files', 'url', 'uri', 'image_url', 'href'],
]
// What was sent, what is only for looking at, and what is for people to read.
const BESIDE =
  /^(input|inputs|parameters|params|request|urls|links?|logs?|info|error|errors|prompt|revised_prompt)$|(^|_)(mask|thumb\w*|preview\w*|init|webhook|docs?|documentation|help)(_|$)/i

const NO_PICTURE = /\.(json|txt|html?|csv|zip|mp4|webm|mov|mp3|wav|glb|safetensors)$/i

function pictureIn(text: string): readonly Picture[] {
  if (/^data:/i.test(text)) return /^data:[^,]*;base64,/i.test(text) ? [{ bytes: fromBase64(text) }] : []
  if (/^https?:\/\//i.test(text)) {
    const url = URL.parse(text)
    return url && !NO_PICTURE.test(url.pathname) ? [{ url: text }] : []
  }
  return isPicture(text) ? [{ bytes: fromBase64(text) }] : []
}

const BEGINNINGS = [/^.PNG\r\n/, /^\xff\xd8\xff/, /^RIFF....WEBP/s, /^GIF8[79]a/]

// Many words are base64, too: what counts is that a picture begins there.
function isPicture(text: string): boolean {
  const beginning = Buffer.from(text.slice(0, 24), 'base64').toString('latin1')
  return text.length >= 24 && BEGINNINGS.some(pattern => pattern.test(beginning))
}

const LONGEST_TEXT = 60

/** What an answer looks like, for the sentence that says that no picture was found in it. */
export function shapeOf(answer: unknown): string {
  const short = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value
  return JSON.stringify(answer, short) ?? 'nothing'
}
