/** What the steps of a run have found, by name. */
export type Results = Record<string, unknown>;

/**
 * SQL: the results of one attempt of a run, and those carried over to it, as a JSON object in the order of the steps that
 * have them; null if there are none. The last step that has a name counts. The JSON is as it was written.
 */
export const resultsOf = (runId: string, attempt: string): string => `(
  select json_object_agg(result_name, result order by phase, index)
  from steps as found
  where run_id = ${runId} and ${isOf('found', attempt)} and result_name is not null and not exists (
    select from steps as later where later.run_id = found.run_id and ${isOf('later', attempt)}
      and later.result_name = found.result_name and (later.phase, later.index) > (found.phase, found.index)))`;

/** A step that was carried over has no owner: it belongs to each attempt. */
const isOf = (steps: string, attempt: string): string =>
  `(${steps}.attempt = ${attempt} or ${steps}.epoch = 0)`;

/** SQL: the results in the message of a delivery, which is sent as long as they are stored; null if it has none. */
export const resultsOfMessage = (delivery: string): string => `case ${delivery}.type when 'run.finished' then
  ${resultsOf(`${delivery}.run_id`, `(${delivery}.facts ->> 'attempt')::int`)} end`;
