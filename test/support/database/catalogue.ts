import type { Sql } from '#shared/adapters/database/sql.ts';

/** The schema of a database, one line for each part of it, without what comes and goes: partitions of days. */
export async function catalogueOf(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ line: string }>(CATALOGUE);
  return rows.map(({ line }) => line).toSorted();
}

const OURS = `relnamespace = 'public'::regnamespace and pg_class.relname !~ '_[0-9]{8}'`;

const CATALOGUE = `
select concat_ws(' ', 'table', relname, reloptions) as line from pg_class where ${OURS} and relkind in ('r', 'p')
union all
select concat_ws(' ', 'column', relname, attnum - (select count(*) from pg_attribute as gone
    where gone.attrelid = pg_class.oid and gone.attisdropped and gone.attnum < pg_attribute.attnum), attname,
  format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
where ${OURS} and relkind in ('r', 'p') and attnum > 0 and not attisdropped
union all
select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid), convalidated)
from pg_constraint join pg_class on pg_class.oid = conrelid where ${OURS}
union all
select concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisprimary)
from pg_index join pg_class on pg_class.oid = indexrelid where ${OURS}
union all
select concat_ws(' ', 'trigger', pg_get_triggerdef(pg_trigger.oid))
from pg_trigger join pg_class on pg_class.oid = tgrelid where ${OURS} and not tgisinternal
union all
select concat_ws(' ', 'function', pg_get_functiondef(oid)) from pg_proc where pronamespace = 'public'::regnamespace`;
