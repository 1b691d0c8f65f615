import { change, type OnlineMigration } from '../online/stage.ts';

/** One row a minute, and some hours of them: what the last hour was like, the same for every gateway and after restarts. */
const SAMPLES = `
create table if not exists system_samples (
  at timestamptz primary key,
  waiting int not null,
  oldest_ms int not null,
  running int not null,
  cancelling int not null,
  slots int not null,
  passed int not null,
  failed int not null,
  cancelled int not null,
  lost int not null,
  wait_ms int,
  cancel_ms int,
  slowest_cancel_ms int
);`;

export const Migration20261127141000_system_samples: OnlineMigration = {
  name: 'Migration20261127141000_system_samples',
  stages: [change('create the table system_samples', {}, SAMPLES)],
};
