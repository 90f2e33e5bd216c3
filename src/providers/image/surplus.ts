// surplus: a vendor that made more than was ordered was paid for all of it: all of it is kept, and that is told.

export function surplusWarnings(name: string, made: number, ordered: number): readonly string[] {
  return made > ordered ? [`${name} made ${made} pictures where ${ordered} were ordered: all are kept`] : []
}
