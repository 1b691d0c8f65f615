import { change, type OnlineMigration } from '../online/stage.ts';
import { ACCOUNT_TABLES } from './first-schema/accounts.ts';
import { BATCHES } from './first-schema/batches.ts';
import { FLOWS } from './first-schema/flows.ts';
import { KEY_HEADS } from './first-schema/key-heads.ts';
import { LEASES } from './first-schema/leases.ts';
import { PROFILES } from './first-schema/profiles.ts';
import { REQUESTS } from './first-schema/requests.ts';
import { RUN_GUARDS } from './first-schema/run-guards.ts';
import { RUN_RECORDS } from './first-schema/run-records.ts';
import { RUNS } from './first-schema/runs.ts';
import { SCHEDULES } from './first-schema/schedules.ts';
import { SEARCH } from './first-schema/search.ts';
import { SECRETS } from './first-schema/secrets.ts';
import { SUBSCRIBERS } from './first-schema/subscribers.ts';
import { SYSTEM } from './first-schema/system.ts';
import { TURNS } from './first-schema/turns.ts';
import { UNPUBLISHED } from './first-schema/unpublished.ts';
import { WEBHOOKS } from './first-schema/webhooks.ts';

/** Tables first, in the order of their references, then what keeps others. Triggers of the same event fire by name. */
const SCHEMA = [
  ...[ACCOUNT_TABLES, SUBSCRIBERS, RUNS, RUN_GUARDS, RUN_RECORDS, LEASES, UNPUBLISHED],
  ...[KEY_HEADS, TURNS, REQUESTS, WEBHOOKS, FLOWS, SECRETS, PROFILES, SCHEDULES, BATCHES, SEARCH, SYSTEM],
].join('\n');

/** The schema of version 0.1.0, in one transaction: all of it is there, or nothing. */
export const Migration20261201210000_first_schema: OnlineMigration = {
  name: 'Migration20261201210000_first_schema',
  stages: [
    change('create the first schema', {}, SCHEMA, `select where to_regclass('unpublished') is not null`),
  ],
};
