import { change, type OnlineMigration } from '../online/stage.ts';

/** The traces to which a run and its cancel belong, as `traceparent`; null if nobody has begun one. */
export const Migration20261127120000_traces: OnlineMigration = {
  name: 'Migration20261127120000_traces',
  stages: [
    change(
      'add columns to runs',
      { runs: 'access exclusive' },
      `alter table runs
        add column if not exists traceparent text,
        add column if not exists cancel_traceparent text`,
    ),
  ],
};
