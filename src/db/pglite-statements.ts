// pglite-statements: statements on PGlite, each parsed and planned once: executed again, it costs a quarter.
import { type PGlite, protocol } from '@electric-sql/pglite'

export type Answer = { readonly rows: Record<string, unknown>[]; readonly affectedRows: number }

/** Whoever calls has the database to itself until the answer is there. */
export interface Statements {
  /** One statement with its values. */
  run(text: string, values: readonly unknown[]): Promise<Answer>
  /** One statement or several, without values. `command` is what the last one was: `COMMIT`, `ROLLBACK` … */
  script(text: string): Promise<Answer & { readonly command: string }>
}

type Field = { readonly name: string; readonly dataTypeID: number }
type Prepared = {
  readonly name: string
  readonly types: readonly number[]
  readonly fields: readonly Field[]
  uses: number
}
type Messages = Awaited<ReturnType<PGlite['execProtocolStream']>>

// Each takes some 30 KB of a memory that never shrinks, and of texts with lists of values there is no end.
const MOST_PREPARED = 150
// The plan for a table that was small is the wrong one when it has grown, and PGlite never notices that by itself.
const MOST_USES = 1000
const CHANGES_TABLES = /^(CREATE|ALTER|DROP)\b/
const ENDS_TRANSACTION = /^(COMMIT|ROLLBACK)$/
const { serialize, messages } = protocol

export function openStatements(pglite: PGlite): Statements {
  // The one that was used last is the last.
  const prepared = new Map<string, Prepared>()
  let prepares = 0
  // A table was changed by a transaction that may still be undone.
  let undoable = false

  // PGlite keeps the answers of one exchange at a time, and knows of nothing that comes in between.
  async function ask(...sent: Uint8Array[]): Promise<Messages> {
    const bytes = Buffer.concat([...sent, serialize.sync()])
    return await pglite.runExclusive(() => pglite.execProtocolStream(bytes, { syncToFs: false }))
  }

  async function find(text: string): Promise<Prepared> {
    const known = prepared.get(text)
    if (known && known.uses < MOST_USES) return known
    const oldest = prepared.size < MOST_PREPARED ? undefined : prepared.keys().next().value
    await giveUp(known ? text : oldest)
    const name = `kinora_${++prepares}`
    const told = await ask(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }))
    return { name, types: typesIn(told), fields: fieldsIn(told), uses: 0 }
  }

  async function giveUp(text: string | undefined): Promise<void> {
    const name = text === undefined ? undefined : prepared.get(text)?.name
    if (text === undefined || name === undefined) return
    prepared.delete(text)
    await ask(serialize.close({ type: 'S', name }))
  }

  // A plan that was kept answers no statement on a table that looks different by now, or again as it did before.
  async function noticeChange(commands: readonly string[]): Promise<void> {
    const changed = commands.some(command => CHANGES_TABLES.test(command))
    const undone = undoable && commands.includes('ROLLBACK')
    undoable = changed || (undoable && !commands.some(command => ENDS_TRANSACTION.test(command)))
    if (prepared.size === 0 || !(changed || undone)) return
    prepared.clear()
    await pglite.exec('deallocate all')
  }

  return {
    async run(text, values) {
      const statement = await find(text)
      prepared.delete(text)
      prepared.set(text, statement)
      statement.uses++
      const words = values.map((value, index) => print(pglite, value, statement.types[index]))
      const told = await ask(serialize.bind({ statement: statement.name, values: words }), serialize.execute({}))
      const command = commandIn(told)
      await noticeChange([command])
      return { rows: rowsIn(pglite, told, statement.fields), affectedRows: affectedBy(command) }
    },

    async script(text) {
      const results = await pglite.exec(text)
      await noticeChange(results.map(({ command = '' }) => command))
      const affectedRows = results.reduce((sum, result) => sum + (result.affectedRows ?? 0), 0)
      return { rows: results.flatMap(({ rows }) => rows), affectedRows, command: results.at(-1)?.command ?? '' }
    },
  }
}

// As PGlite's own `query` does it.
function print({ serializers }: PGlite, value: unknown, type = 0): string | null {
  if (value === null || value === undefined) return null
  const serializer = serializers[type]
  return serializer ? serializer(value) : String(value)
}

function rowsIn({ parsers }: PGlite, told: Messages, fields: readonly Field[]): Record<string, unknown>[] {
  const read = (text: string | null | undefined, { dataTypeID }: Field) => {
    const parser = parsers[dataTypeID]
    return typeof text === 'string' && parser ? parser(text, dataTypeID) : (text ?? null)
  }
  return told
    .filter(message => message instanceof messages.DataRowMessage)
    .map(row => Object.fromEntries(fields.map((field, index) => [field.name, read(row.fields[index], field)])))
}

function typesIn(told: Messages): readonly number[] {
  return told.find(message => message instanceof messages.ParameterDescriptionMessage)?.dataTypeIDs ?? []
}

function fieldsIn(told: Messages): readonly Field[] {
  return told.find(message => message instanceof messages.RowDescriptionMessage)?.fields ?? []
}

function commandIn(told: Messages): string {
  return told.find(message => message instanceof messages.CommandCompleteMessage)?.text ?? ''
}

// "UPDATE 3", "INSERT 0 5".
function affectedBy(command: string): number {
  return /^(INSERT|UPDATE|DELETE|MERGE)\b/.test(command) ? Number(command.split(' ').at(-1)) : 0
}
