import { z } from 'zod';

const time = z.iso.datetime();

/** A server that does not answer a gateway: of the kind that everything depends on. */
export const outageSchema = z.object({
  name: z.string().describe('`database` (PostgreSQL) or `nats`.'),
  since: time.describe('When it answered last.'),
  runsGoOnUntil: time
    .optional()
    .describe(
      'Only of the database, once it has answered this gateway: so long runners go on with the runs that they have. Then they close their pages, and those runs are lost.',
    ),
});
export type Outage = z.output<typeof outageSchema>;
