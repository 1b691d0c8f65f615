import { change, type OnlineMigration } from '../online/stage.ts';

/** Of random numbers that the server draws, one row. */
const KEY = `
create table if not exists search_key (
  one boolean primary key default true check (one),
  key bytea not null default sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea)
);
insert into search_key default values on conflict do nothing;`;

/** What gateways seal the places of a search with (services/gateway/runs/search-cursor.ts). */
export const Migration20261127173000_search_key: OnlineMigration = {
  name: 'Migration20261127173000_search_key',
  stages: [change('create the key of searches', {}, KEY)],
};
