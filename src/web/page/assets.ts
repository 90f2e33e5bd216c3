// assets: the files of a page as browsers get them: TypeScript without its types, everything compressed beforehand.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'

export type Asset = { readonly type: string; readonly body: Buffer; readonly gzip: Buffer; readonly etag: string }

export type PageAssets = {
  readonly html: Asset
  /** By their addresses below the page's, which change whenever anything in one of them does. */
  readonly files: ReadonlyMap<string, Asset>
}

/** What all pages use, and the client, under the names of their folders; a page's own files lie beside them. */
const SHARED: readonly (readonly [folder: string, URL])[] = [
  ['web/', new URL('browser/', import.meta.url)],
  ['sdk/', new URL('../../../sdk/', import.meta.url)],
]

/**
 * Reads index.html of this folder, what it names as `page/…`, and all that its scripts import. Addresses are relative: the
 * page may live below any path. Where it is no folder itself, `base` (`images/`) begins those of its files.
 */
export async function readPage(folder: URL, base = ''): Promise<PageAssets> {
  const html = await readFile(new URL('index.html', folder), 'utf8')
  const sources = await readNamed(html, folder)
  const scripts = [...sources].sort(([a], [b]) => (a < b ? -1 : 1))
  const below = `${base}page/${digestOf(scripts.flat().join('\0')).slice(0, 16)}`
  // Without these the browser would learn of each script only from the one that imports it.
  const preloads = scripts
    .filter(([name]) => name.endsWith('.ts'))
    .map(([name]) => `<link rel="modulepreload" href="${below}/${name}">`)
  const text = html.replaceAll('"page/', `"${below}/`).replace('<!-- modules -->', preloads.join(''))
  return {
    html: toAsset('index.html', text),
    files: new Map(scripts.map(([name, source]) => [`${below}/${name}`, toAsset(name, source)])),
  }
}

/** By name below the page's folder: what the page names, and what that imports, and so on. */
async function readNamed(html: string, folder: URL): Promise<ReadonlyMap<string, string>> {
  const places = [...SHARED, ['', folder] as const]
  const wanted = new Map(
    [...html.matchAll(/"page\/([^"]+)"/g)].map(([, name = '']) => {
      const [prefix, place] = places.find(([prefix]) => name.startsWith(prefix)) ?? ['', folder]
      return [name, new URL(name.slice(prefix.length), place)]
    }),
  )
  const found = new Map<string, string>()
  // A map goes on with what is added on the way.
  for (const [name, url] of wanted) {
    const source = await readFile(url, 'utf8')
    if (!name.endsWith('.ts')) found.set(name, source)
    else
      found.set(
        name,
        toJavaScript(source).replace(IMPORT, (_all, from: string, specifier: string) => {
          const target = new URL(specifier, url)
          const [prefix, place] = places.find(([, place]) => target.href.startsWith(place.href)) ?? beyond(specifier)
          const address = prefix + target.href.slice(place.href.length)
          wanted.set(address, target)
          return `${from}'${name.includes('/') ? '../' : './'}${address}'`
        }),
      )
  }
  return found
}

const IMPORT = /^((?:import|export) (?:[^'"]*? from )?|\} from )'(\.[^']+)'/gm

function beyond(specifier: string): never {
  throw new TypeError(`${specifier} is none of the page's folders`)
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  // A name means nothing to a browser: what counts is that it is called a script.
  '.ts': 'text/javascript; charset=utf-8',
}

function toJavaScript(source: string): string {
  // Node says of this function, on the stream of our log lines, that it may still change.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}

function toAsset(name: string, text: string): Asset {
  const body = Buffer.from(text)
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  return { type, body, gzip: gzipSync(body, { level: 9 }), etag: `"${digestOf(text).slice(0, 27)}"` }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
