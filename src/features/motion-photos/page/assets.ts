// assets: the files of the page as browsers get them: TypeScript without its types, everything compressed beforehand.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'

export type Asset = { readonly type: string; readonly body: Buffer; readonly gzip: Buffer; readonly etag: string }

export type PageAssets = {
  readonly html: Asset
  /** By their addresses below the page's, which change whenever anything in one of them does. */
  readonly files: ReadonlyMap<string, Asset>
}

const BROWSER = new URL('browser/', import.meta.url)
const SDK = new URL('../../../../sdk/', import.meta.url)

/** Reads the page and the client that it uses from the disk. Addresses in the page are relative: it may live below any path. */
export async function readPage(): Promise<PageAssets> {
  const { 'index.html': html = '', ...own } = await readFolder(BROWSER)
  const client = Object.entries(await readFolder(SDK)).map(([name, text]) => [`sdk/${name}`, text] as const)
  const texts = Object.entries(own).concat(client.map(([name, text]) => [name, text]))
  const scripts = texts.map(([name, text]) => [name, name.endsWith('.ts') ? toJavaScript(text) : text] as const)
  const folder = `page/${digestOf(scripts.flat().join('\0')).slice(0, 16)}`
  // Without these the browser would learn of each script only from the one that imports it.
  const preloads = scripts
    .filter(([name]) => name.endsWith('.ts'))
    .map(([name]) => `<link rel="modulepreload" href="${folder}/${name}">`)
  return {
    html: toAsset('index.html', html.replaceAll('page/', `${folder}/`).replace('<!-- modules -->', preloads.join(''))),
    files: new Map(scripts.map(([name, text]) => [`${folder}/${name}`, toAsset(name, text)])),
  }
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  // A name means nothing to a browser: what counts is that it is called a script.
  '.ts': 'text/javascript; charset=utf-8',
}

async function readFolder(folder: URL): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter(name => extname(name) in TYPES).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(new URL(name, folder), 'utf8')] as const)),
  )
}

function toJavaScript(source: string): string {
  // Node says of this function, on the stream of our log lines, that it may still change.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source).replace(/(from ')(?:\.\.\/)+sdk\//g, '$1./sdk/')
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
