// syntax: TypeScript sources as syntax trees, so that the guards of the house read code and not text that looks like code.
import type { ChildProcess } from 'node:child_process'
import type { Node, SourceFile } from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API } from 'typescript/unstable/sync'

/** Texts by their path, such as `engine/plan.ts`. */
export type Sources = Readonly<Record<string, string>>

/** Parses all of them in one go, without resolving an import or reading the disk; in the order they came in. */
export function parse(sources: Sources): Map<string, SourceFile> {
  const files = Object.entries(sources).map(([path, text]) => [`/${path}`, text])
  const project = { compilerOptions: { noLib: true, noResolve: true, types: [] }, files: Object.keys(sources) }
  const fs = createVirtualFileSystem({ ...Object.fromEntries(files), '/tsconfig.json': JSON.stringify(project) })
  const compiler = new API({ cwd: '/', fs })
  try {
    using snapshot = compiler.updateSnapshot({ openProjects: ['/tsconfig.json'] })
    const program = snapshot.getProjects()[0]?.program
    return new Map(Object.keys(sources).map(path => [path, must(program?.getSourceFile(`/${path}`), path)]))
  } finally {
    end(compiler)
  }
}

/** The node and everything below it, parents first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node
  const children: Node[] = []
  node.forEachChild(child => {
    children.push(child)
  })
  for (const child of children) yield* nodesOf(child)
}

/** The line, counted from one, on which this node's first token stands. */
export function lineOf(node: Node, file: SourceFile): number {
  return file.text.slice(0, node.getStart(file)).split('\n').length
}

// Asked politely to stop, the compiler's process writes "context canceled" among the results of the tests.
function end(compiler: API): void {
  const { client } = compiler as unknown as { client?: { channel?: { child?: ChildProcess } } }
  client?.channel?.child?.kill('SIGKILL')
  compiler.close()
}

function must(file: SourceFile | undefined, path: string): SourceFile {
  if (!file) throw new Error(`The compiler could not parse ${path}`)
  return file
}
