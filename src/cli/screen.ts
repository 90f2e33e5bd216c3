// screen: plain text for people: a progress line that moves on a terminal, a table, sizes and times.

export type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

/** Draws over itself on a terminal; elsewhere it says a line for every quarter. */
export function progressLine(screen: Screen): { draw(percent: number, label: string): void; end(): void } {
  let quarter = 0
  return {
    draw(percent, label) {
      if (screen.isTTY)
        return void screen.write(`\r\x1b[K  ${bar(percent)} ${percent.toFixed(1).padStart(5)} %  ${label}`)
      if (percent < (quarter + 1) * 25) return
      quarter = Math.floor(percent / 25)
      screen.write(`  ${percent.toFixed(0)} %  ${label}\n`)
    },
    end() {
      if (screen.isTTY) screen.write('\r\x1b[K')
    },
  }
}

/** Columns as wide as their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(
      row =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

export function printSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

export function printTook(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * 30)
  return '█'.repeat(full) + '░'.repeat(30 - full)
}
