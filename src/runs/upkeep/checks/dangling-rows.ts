// dangling-rows: rows that point to a row that is not there, by the foreign keys that the database itself knows.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import type { Check } from '../contract.ts'

export const danglingRows: Check = {
  name: 'dangling-rows',
  when: 'asked',
  async *find({ db }) {
    for (const key of await foreignKeys(db.kysely)) {
      const dangling = danglingOf(key)
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${dangling}`.execute(db.kysely)
      const count = rows[0]?.count ?? 0
      if (count === 0) continue
      yield {
        where: `${key.child}.${key.columns.join('+')}`,
        what: `${count} rows point to ${key.parent} that are not there`,
        async mend() {
          await sql`delete from ${dangling}`.execute(db.kysely)
          return true
        },
      }
    }
  },
}

type ForeignKey = { child: string; columns: string[]; parent: string; parent_columns: string[] }

async function foreignKeys(kysely: Kysely<Tables>): Promise<ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select child.relname::text as child, parent.relname::text as parent,
      array_agg(child_column.attname::text order by place) as columns,
      array_agg(parent_column.attname::text order by place) as parent_columns
    from pg_constraint
    join pg_class child on child.oid = conrelid
    join pg_class parent on parent.oid = confrelid
    cross join unnest(conkey, confkey) with ordinality as pair (child_number, parent_number, place)
    join pg_attribute child_column on child_column.attrelid = conrelid and child_column.attnum = child_number
    join pg_attribute parent_column on parent_column.attrelid = confrelid and parent_column.attnum = parent_number
    where contype = 'f' and connamespace = current_schema()::regnamespace
    group by pg_constraint.oid, child.relname, parent.relname
    order by 1, 2`.execute(kysely)
  return rows
}

// As the database reads a foreign key: where a part of it is null, it points nowhere.
function danglingOf({ child, columns, parent, parent_columns: parents }: ForeignKey) {
  const here = columns.map(column => sql.ref(`child.${column}`))
  const there = parents.map(column => sql.ref(`parent.${column}`))
  const both = sql.join(
    here.map((column, index) => sql`${there[index]} = ${column}`),
    sql` and `,
  )
  return sql`${sql.table(child)} as child where num_nulls(${sql.join(here)}) = 0 and not exists (
    select from ${sql.table(parent)} as parent where ${both})`
}
