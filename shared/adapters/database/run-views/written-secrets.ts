import type { Sql } from '../sql.ts';

/** Texts that the flows of some runs keep secret (I10): never to be shown. */
export interface WrittenSecrets {
  /** Fill values. */
  values: string[];
  /** URLs with a user and a password, perhaps. */
  urls: string[];
}

/**
 * What the flows of these runs keep secret, as far as `writerId` has written them, each once. Values that are too long to
 * be found in a text of `longest` characters, even without their spaces, are left out.
 */
export async function readWrittenSecrets(
  sql: Sql,
  runIds: string[],
  { writerId, longest }: { writerId: string; longest: number },
): Promise<WrittenSecrets> {
  const rows = await sql.rows<{ isUrl: boolean; text: string }>(READ, { runIds, writerId, longest });
  const texts = (isUrl: boolean) => rows.filter((row) => row.isUrl === isUrl).map(({ text }) => text);
  return { values: texts(false), urls: texts(true) };
}

/** Lax paths: a stored flow that cannot be read has no secrets here. */
const READ = `
with own as materialized (select plan::jsonb as plan from runs where id = any (:runIds::uuid[]) and user_id = :writerId::uuid),
steps as materialized (
  select jsonb_path_query(plan, '$.steps[*]') as step from own
  union all select jsonb_path_query(plan, '$.onCancel[*]') from own
)
select distinct false as "isUrl", step ->> 'value' as text from steps
where step ->> 'action' = 'fill' and (step -> 'secret') is distinct from 'false'::jsonb
  and (length(step ->> 'value') <= :longest
    or length(regexp_replace(step ->> 'value', '[\\s\\u00a0\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+', '', 'g')) <= :longest)
union all
select distinct true, url from (
  select step ->> 'url' as url from steps where step ->> 'action' = 'goto'
  union all select plan ->> 'baseUrl' from own
) as urls where url like '%@%'`;
