-- The role with which KEDA counts the slots that are wanted. It sees who waits, not what for: no flow, no event, no
-- account. In the database of Ghostly, and again after that was restored: docs/operate.md. By a role that may create roles
-- and is a member of the owner; or by the owner alone, if the role is there.
set ghostly.scaler_password = :'password';
do $$ begin
  if (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then
    if not exists (select from pg_roles where rolname = 'ghostly_scaler') then create role ghostly_scaler; end if;
    execute format('alter role ghostly_scaler login password %L connection limit 10', current_setting('ghostly.scaler_password'));
    alter role ghostly_scaler set statement_timeout = '2s';
    alter role ghostly_scaler set default_transaction_read_only = on;
  end if;
  if not has_schema_privilege('ghostly_scaler', current_schema(), 'usage') then
    execute format('grant usage on schema %I to ghostly_scaler', current_schema());
  end if;
end $$;
reset ghostly.scaler_password;
grant select on turns, key_heads, leases to ghostly_scaler;
grant select (id, labels, unavailable) on runners to ghostly_scaler;
grant select (id, user_id, runner_labels, created_at, status, owner, cancel_requested_at, concurrency_key)
  on runs to ghostly_scaler;
