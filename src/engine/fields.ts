// fields: what filters have to heed where frames are two fields, so that no line comes into the other one.
import type { Filter } from './filtergraph.ts'
import type { Node } from './node.ts'

/** A node whose filters treat interlaced frames as the two fields that they are. */
export function fieldByField(node: Node): Node {
  if (node.kind === 'source') return node
  return { ...node, filters: node.filters.map(heedful), of: node.of.map(fieldByField) }
}

function heedful(filter: Filter): Filter {
  const { name, args } = filter
  // -1: those frames that say so of themselves.
  if (name === 'scale') return { ...filter, args: { ...args, interl: -1 } }
  // Colours have half the lines, of which each field has every second one.
  if ((name === 'crop' || name === 'pad') && args && 'y' in args)
    return { ...filter, args: { ...args, y: Math.floor(Number(args['y']) / 4) * 4 } }
  return filter
}
