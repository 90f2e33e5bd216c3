// lines: calls back for each line of a stream as it comes.
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

// Nothing that we read by lines has long ones; what does is cut there, so that memory stays bounded.
const LONGEST_LINE = 64 * 1024

/** `onError` gets what `onLine` throws, once; no line is delivered after that. */
export function readLines(stream: Readable, onLine: (line: string) => void, onError: (error: unknown) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let failed = false
  const deliver = (lines: readonly string[]) => {
    try {
      for (const line of lines) if (!failed) onLine(line)
    } catch (error) {
      failed = true
      onError(error)
    }
  }
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE)
    deliver(lines)
  })
  stream.on('end', () => deliver(rest === '' ? [] : [rest]))
}
