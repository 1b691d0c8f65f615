/** What refers to an owner that may be gone: no foreign key deletes it, since that could be too much for one statement. */
interface Kept {
  table: string;
  /** The owner's id; an index begins with it. */
  column: string;
  owners: string;
}

/** SQL, behind `with`: `orphan` is one owner that is gone, if there is any. The index is read once for each owner. */
export function orphanOf({ table, column, owners }: Kept): string {
  const next = `select ${column} from ${table}`;
  return `
recursive kept as (
  (${next} order by ${column} limit 1)
  union all
  select (${next} where ${column} > kept.${column} order by ${column} limit 1) from kept where kept.${column} is not null
),
orphan as (
  select ${column} from kept
  where ${column} is not null and not exists (select from ${owners} where ${owners}.id = kept.${column}) limit 1
)`;
}
