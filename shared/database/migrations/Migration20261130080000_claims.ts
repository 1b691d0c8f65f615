import { change, type OnlineMigration } from '../online/stage.ts';

/** The claim that took a lease, and the run's place in it: a claim whose answer was lost is asked again, and a second one is refused. */
export const Migration20261130080000_claims: OnlineMigration = {
  name: 'Migration20261130080000_claims',
  stages: [
    change(
      'add columns to leases',
      { leases: 'access exclusive' },
      `alter table leases add column if not exists claim uuid, add column if not exists claim_place smallint;
       create unique index if not exists leases_one_claim on leases (claim, claim_place)`,
    ),
  ],
};
