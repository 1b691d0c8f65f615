import { change, type OnlineMigration } from '../online/stage.ts';
import { FACTS, HAS_ENDED, HAS_LEFT_QUEUE } from './Migration20261127123000_webhooks.ts';

/** The same columns whether its owner put the run back, or lost it: only its event says which. */
export const HAS_RETURNED = `old.owner is not null and new.owner is null and new.status = 'running'`;

/**
 * As before, and the loss of a runner is told also of a run that waits again in the same attempt. The look at its event is
 * planned anew each time, so that it locks only the partition of the run's day.
 */
const NOTE = `
create or replace function note_webhooks() returns trigger language plpgsql as $$
declare
  types text[] := '{}';
  is_lost boolean := false;
begin
  if not exists (select from webhooks where project_id = new.project_id and disabled is null) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    types := '{run.queued}';
  else
    if ${HAS_LEFT_QUEUE} then types := types || 'run.started'::text; end if;
    if new.shown_status = 'cancelling' and old.shown_status <> 'cancelling' then types := types || 'run.cancelling'::text; end if;
    if ${HAS_RETURNED} then
      execute format('select exists (select from events where run_id = %L and seq > %L and type = ''requeued''
        and payload -> ''verdict'' is not null)', new.id, old.last_seq) into is_lost;
    end if;
    if is_lost or new.attempt > old.attempt or (${HAS_ENDED} and new.stale) then types := types || 'run.stale'::text; end if;
    if ${HAS_ENDED} then types := types || 'run.finished'::text; end if;
  end if;
  insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at)
  select message.id, webhooks.id, new.id, message.type, moment.at, ${FACTS}, moment.at, moment.at
  from (select gen_random_uuid() as id, type, place from unnest(types) with ordinality as told (type, place) offset 0) as message,
    (select clock_timestamp() as at offset 0) as moment, webhooks
  where webhooks.project_id = new.project_id and webhooks.disabled is null and message.type = any (webhooks.events)
  order by message.place;
  return null;
end $$;`;

const TRIGGER = `
create or replace trigger note_webhooks after update of status, state, attempt, cancel_requested_at on runs for each row
  when (new.shown_status <> old.shown_status or new.attempt > old.attempt or (${HAS_LEFT_QUEUE}) or (${HAS_RETURNED}))
  execute function note_webhooks();`;

export const Migration20261129235300_webhook_returns: OnlineMigration = {
  name: 'Migration20261129235300_webhook_returns',
  stages: [
    change('let webhooks be told of a run that waits again since its runner was lost', {}, NOTE),
    change(
      'have the trigger that notes what webhooks are told see such runs',
      { runs: 'share row exclusive' },
      TRIGGER,
    ),
  ],
};
