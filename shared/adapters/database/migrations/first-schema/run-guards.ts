/** I1, I2 and I3, whatever statement writes. What became of a final run stays as it is. */
const GUARD_RUN = `
create function guard_run() returns trigger language plpgsql as $$
begin
  if old.status in ('pass', 'fail') then
    if (new.status, new.state, new.epoch, new.owner, new.last_seq, new.snapshot, new.finished_at, new.cancelled, new.stale,
        new.cancel_requested_at, new.cancel_by, new.cancel_mode, new.cancel_reason, new.cancel_user_id, new.cancel_key_id,
        new.cancel_repeats, new.cancel_asked_at, new.error, new.stop_reason, new.video_path, new.verdict, new.attempt, new.rerun_of,
        new.orders, new.parked_until)
       is distinct from
       (old.status, old.state, old.epoch, old.owner, old.last_seq, old.snapshot, old.finished_at, old.cancelled, old.stale,
        old.cancel_requested_at, old.cancel_by, old.cancel_mode, old.cancel_reason, old.cancel_user_id, old.cancel_key_id,
        old.cancel_repeats, old.cancel_asked_at, old.error, old.stop_reason, old.video_path, old.verdict, old.attempt, old.rerun_of,
        old.orders, old.parked_until)
    then raise exception 'I1: run % is final (%)', old.id, old.status using errcode = 'check_violation'; end if;
  elsif old.status = 'cancelling' and new.status not in ('cancelling', 'fail') then
    raise exception 'I1: run % cannot go from cancelling to %', old.id, new.status using errcode = 'check_violation';
  elsif new.epoch < old.epoch or new.last_seq < old.last_seq then
    raise exception 'I2: epoch and last_seq of run % never fall', old.id using errcode = 'check_violation';
  elsif old.cancel_requested_at is not null and new.cancel_requested_at is distinct from old.cancel_requested_at then
    raise exception 'I3: the cancel of run % is recorded once', old.id using errcode = 'check_violation';
  elsif old.cancel_requested_at is not null and (new.owner is null and old.owner is not null or new.attempt <> old.attempt) then
    raise exception 'I3: run % has a recorded cancel and is not requeued', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger guard_run before update on runs for each row execute function guard_run();`;

/** A run that was on its way in when its user was deleted comes in with a recorded cancel. */
const GUARD_ACCEPT = `
create function guard_accept() returns trigger language plpgsql as $$
declare gone timestamptz;
begin
  select deleted_at into gone from users where id = new.user_id for key share;
  if gone is not null then
    new.cancel_requested_at = clock_timestamp();
    new.cancel_by = 'user';
    new.cancel_mode = 'graceful';
    new.cancel_reason = 'the user was deleted';
  end if;
  return new;
end $$;
create trigger guard_accept before insert on runs for each row execute function guard_accept();`;

export const RUN_GUARDS = GUARD_RUN + GUARD_ACCEPT;
