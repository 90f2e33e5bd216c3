// purity: where a source reaches for the world outside its arguments: a clock, chance, the network, the environment.
import type { Node, SourceFile } from 'typescript/unstable/ast'
import {
  isCallExpression,
  isImportSpecifier,
  isNewExpression,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is'
import { lineOf, nodesOf } from './syntax.ts'

export type Finding = { readonly line: number; readonly text: string }

const CLOCK_OR_WORLD = /^(?:Date\.now|performance\.\w+|Temporal\.Now|process\.\w+)$/
const CALLED = /^(?:Date|fetch|setTimeout|setInterval|setImmediate)$/
const CHANCE = /^(?:Math\.random|(?:web)?crypto\.(?:random\w*|getRandomValues|generateKey\w*))$/
const CHANCE_IMPORT = /^(?:random\w*|getRandomValues|generateKey\w*|webcrypto)$/

/** Uses of a clock, a timer, the network, the process or chance, by which equal arguments could give unequal results. */
export function impurities(file: SourceFile, { mayBeRandom }: { mayBeRandom: boolean }): Finding[] {
  return find(file, node => readsWorld(node, file) || (!mayBeRandom && isChance(node, file)))
}

/** Reads of `process.env`, however they are spelt. */
export function environmentReads(file: SourceFile): Finding[] {
  return find(file, node => {
    if (isPropertyAccessExpression(node)) return nameOf(node, file) === 'process.env'
    if (isImportSpecifier(node))
      return importedName(node, file) === 'env' && /['"](?:node:)?process['"]/.test(statement(node))
    return (
      isVariableDeclaration(node) &&
      isObjectBindingPattern(node.name) &&
      /\benv\b[^=]*=\s*process$/.test(node.getText(file))
    )
  })
}

function readsWorld(node: Node, file: SourceFile): boolean {
  if (isPropertyAccessExpression(node)) return CLOCK_OR_WORLD.test(nameOf(node, file))
  // `new Date(0)` is a value; `new Date()` is a clock.
  if (isNewExpression(node)) return nameOf(node.expression, file) === 'Date' && !node.arguments?.length
  return isCallExpression(node) && CALLED.test(nameOf(node.expression, file))
}

function isChance(node: Node, file: SourceFile): boolean {
  if (isPropertyAccessExpression(node)) return CHANCE.test(nameOf(node, file))
  return isImportSpecifier(node) && CHANCE_IMPORT.test(importedName(node, file))
}

function find(file: SourceFile, matches: (node: Node) => boolean): Finding[] {
  return [...nodesOf(file)].filter(matches).map(node => ({ line: lineOf(node, file), text: node.getText(file) }))
}

/** `globalThis.process?.env` as `process.env`. */
function nameOf(node: Node, file: SourceFile): string {
  return node
    .getText(file)
    .replaceAll('?.', '.')
    .replace(/^globalThis\./, '')
}

// In `{ randomBytes as bytes }` the first word is the name that the other module gave it.
function importedName(node: Node, file: SourceFile): string {
  return (
    node
      .getText(file)
      .replace(/^type\s+/, '')
      .split(/\s/)[0] ?? ''
  )
}

function statement(node: Node): string {
  return node.parent.parent.parent.getText()
}
