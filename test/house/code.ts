// code: what the house asks of its TypeScript beyond what the compiler and the linter check; rules return sentences.
import type { Node, SourceFile } from 'typescript/unstable/ast'
import { SyntaxKind } from 'typescript/unstable/ast'
import {
  isCallExpression,
  isExportAssignment,
  isExportSpecifier,
  isFunctionLikeDeclaration,
  isObjectLiteralExpression,
} from 'typescript/unstable/ast/is'
import { lineOf, nodesOf, parse, type Sources } from './syntax.ts'

const FUNCTION_LINES = 40
const MIXED_SHELF = 'src/engine/operations/index.ts'
const RUNNERS = /^(?:test|it|describe|suite|t\.test|context\.test)$/
const IDLE_CALL = /^(?:test|it|describe|suite|t|context)\.(?:skip|only|todo)$/
const IDLE_OPTION = /^['"]?(?:skip|only|todo)\b/

/**
 * Functions fit on a screen. Lines of longer functions inside do not count: a factory is the body that its methods
 * share, and each of them is held to the rule by itself.
 */
export function functionFaults(sources: Sources): string[] {
  return find(sources, (node, file) => {
    if (!isFunctionLikeDeclaration(node)) return undefined
    const inside = innerFunctions(node).map(inner => inner.getText(file).split('\n').length - 1)
    const lines = node.getText(file).split('\n').length - inside.reduce((total, count) => total + count, 0)
    return lines > FUNCTION_LINES ? `this function has ${lines} lines; the limit is ${FUNCTION_LINES}` : undefined
  })
}

function innerFunctions(node: Node): Node[] {
  const found: Node[] = []
  node.forEachChild(child => void found.push(...(isFunctionLikeDeclaration(child) ? [child] : innerFunctions(child))))
  return found
}

/** Exports have names. */
export function defaultExportFaults(sources: Sources): string[] {
  return find(sources, (node, file) => {
    const isDefault =
      isExportAssignment(node) ||
      (isExportSpecifier(node) && /\bdefault$/.test(node.getText(file))) ||
      // `default` is also a word of `switch`.
      (node.kind === SyntaxKind.DefaultKeyword && /^export\b/.test(node.parent.getText(file)))
    return isDefault ? 'exports a default' : undefined
  })
}

/** Nothing is `any` (but for one line in the map of mixed operations), and no comment switches the type checker off. */
export function anyFaults(sources: Sources): string[] {
  const found = find(sources, node => (node.kind === SyntaxKind.AnyKeyword ? 'says any' : undefined))
  const allowed = found.find(fault => fault.startsWith(`${MIXED_SHELF}:`))
  return [
    ...found.filter(fault => fault !== allowed),
    ...Object.entries(sources)
      .filter(([, text]) => /@ts-(?:ignore|nocheck)/.test(text))
      .map(([path]) => `${path}: switches the type checker off`),
  ]
}

/** No test is skipped, postponed or run alone. */
export function idleTestFaults(sources: Sources): string[] {
  return find(sources, (node, file) => {
    if (!isCallExpression(node)) return undefined
    const callee = node.expression.getText(file)
    const options = RUNNERS.test(callee) ? node.arguments.filter(isObjectLiteralExpression) : []
    const idle = options.flatMap(({ properties }) => properties).some(option => IDLE_OPTION.test(option.getText(file)))
    return idle || IDLE_CALL.test(callee) ? 'this test does not always run, or keeps others from running' : undefined
  })
}

function find(sources: Sources, faultOf: (node: Node, file: SourceFile) => string | undefined): string[] {
  return [...parse(sources)].flatMap(([path, file]) =>
    [...nodesOf(file)].flatMap(node => {
      const fault = faultOf(node, file)
      return fault ? [`${path}:${lineOf(node, file)}: ${fault}`] : []
    }),
  )
}
