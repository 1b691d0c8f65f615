-- The role with which KEDA counts the slots that are wanted. It sees who waits, not what for: no flow, no event, no
-- account. In the database of Ghostly, and again after that was restored: docs/operate.md. By a role that may create roles
-- and is a member of the owner; or by the owner alone, if the role is there. The first becomes a member of this one, too:
-- so it may end its sessions, and drop the database under them.
set ghostly.scaler_password = :'password';
do $$ declare details text; begin
  if (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then
    if not exists (select from pg_roles where rolname = 'ghostly_scaler') then create role ghostly_scaler; end if;
    begin
      execute format('alter role ghostly_scaler login password %L connection limit 10', current_setting('ghostly.scaler_password'));
    exception when query_canceled or others then
      -- Raised anew: the error that was caught has the statement in its context, and the server would log it.
      get stacked diagnostics details = pg_exception_detail;
      raise exception using errcode = sqlstate, message = concat_ws('. ', sqlerrm, nullif(details, ''));
    end;
    alter role ghostly_scaler set statement_timeout = '2s';
    alter role ghostly_scaler set default_transaction_read_only = on;
    if not pg_has_role(current_user, 'ghostly_scaler', 'usage') then grant ghostly_scaler to current_user; end if;
  end if;
  if not has_schema_privilege('ghostly_scaler', current_schema(), 'usage') then
    execute format('grant usage on schema %I to ghostly_scaler', current_schema());
  end if;
end $$;
reset ghostly.scaler_password;
grant select on turns, key_heads, leases to ghostly_scaler;
grant select (id, labels, unavailable) on runners to ghostly_scaler;
grant select (id, user_id, runner_labels, machine_version, created_at, status, owner, cancel_requested_at, parked_until, concurrency_key)
  on runs to ghostly_scaler;
