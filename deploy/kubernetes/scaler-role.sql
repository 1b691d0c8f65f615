-- The role with which KEDA counts the slots that are wanted. It sees who waits, not what for: no flow, no event, no
-- account. By a superuser, in the database of Ghostly, and again after that was restored: docs/operate.md.
do $$ begin
  if not exists (select from pg_roles where rolname = 'ghostly_scaler') then create role ghostly_scaler; end if;
end $$;
alter role ghostly_scaler login password :'password' connection limit 10;
alter role ghostly_scaler set statement_timeout = '2s';
alter role ghostly_scaler set default_transaction_read_only = on;
grant select on turns, key_heads, leases to ghostly_scaler;
grant select (id, labels, unavailable) on runners to ghostly_scaler;
grant select (id, user_id, runner_labels, created_at, status, owner, cancel_requested_at, concurrency_key)
  on runs to ghostly_scaler;
