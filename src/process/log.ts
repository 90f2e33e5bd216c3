// log: what a child said on stderr, made fit to be read: its end, without our paths, and the one line that says why.
import type { Readable } from 'node:stream'
import type { Box } from './level.ts'

/** Reads a stream to its end and keeps the last `maxBytes`; the function returned says what there is. */
export function keepTail(stream: Readable, maxBytes: number): () => string {
  let tail = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    const joined = Buffer.concat([tail, chunk])
    tail = joined.subarray(Math.max(0, joined.length - maxBytes))
  })
  return () => tail.toString('utf8')
}

/** The same text with every path of the host named as the command names it. */
export function withoutHostPaths(log: string, { reads, writes }: Box): string {
  const names = reads.map((path, index): [path: string, name: string] => [path, `/in/${index}`])
  if (writes !== undefined) names.push([writes, '/out'])
  // A longer path first: a shorter one may be its beginning.
  names.sort(([a], [b]) => b.length - a.length)
  return names.reduce((text, [path, name]) => text.replaceAll(path, name), log)
}

/** The last line that gives a reason, as a sentence for people; undefined when there is none. */
export function usefulLine(log: string): string | undefined {
  const lines = log.split(/[\r\n]+/).map(readable)
  const reason = lines.findLast(line => line !== '' && !CONSEQUENCE.test(line) && !BARE_ERROR.test(line))
  return reason ?? lines.findLast(line => BARE_ERROR.test(line)) ?? lines.findLast(line => line !== '')
}

// What ffmpeg adds after it has said what is wrong.
const CONSEQUENCE =
  /^(Conversion failed|Error (while|initializing|opening|submitting|writing|closing|marking|setting|sending|parsing|applying)|Failed to set value|Could not (write header|open encoder before EOF)|Task finished|Terminating thread|Nothing was written into output file|Last message repeated|To ignore this|Consider increasing|Failed to open codec|frame=|size=|video:|Exiting normally|no frame!|Codec \([\w.-]+\) not on whitelist|Could not open codec)/i
// The name of a system error, with or without the file's: true, but a line before it usually says more.
const BARE_ERROR =
  /^(.*: )?(Invalid data found when processing input|Invalid argument|No such file or directory|Input\/output error|Operation not permitted|Permission denied|End of file|Unknown error occurred)$/

function readable(line: string): string {
  return (
    line
      // "[mov,mp4 @ 0x55…] " says which part of ffmpeg spoke, and may be repeated.
      .replace(/^(\s*\[[^\]]* @ 0x[0-9a-f]+\]\s*)+/, '')
      .replaceAll(/\b(file:)?(\/(in|out)\/)/g, '$2')
      .replaceAll(/(?<![\w/.])\/(?!in\/|out\/)[\w.@+-]+(\/[\w.@+%-]+)+/g, '…')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a tag of the file may hold any.
      .replaceAll(/[\u0000-\u001f\u007f]/g, ' ')
      .trim()
      .slice(0, 300)
  )
}
