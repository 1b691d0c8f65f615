import type { OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { TAKES_WRITES } from '#shared/adapters/database/writable.ts';
import type { Checks } from '#shared/platform/process/missing-checks.ts';
import type { Runner } from './claim/runner.ts';
import type { Connections } from './connections.ts';

interface Checked {
  runner: Pick<Runner, 'unavailable'>;
  session: OwnerSession;
  connections: Pick<Connections, 'bus'>;
}

/** What a runner needs for runs. One without a free slot is as well as one that waits for work. */
export const checksOf = ({ runner, session, connections }: Checked): Checks => ({
  // Over the connection of the heartbeats.
  database: async () => (await session.statements?.row(`select where ${TAKES_WRITES}`)) !== undefined,
  nats: async () => connections.bus.connected,
  runs: async () => runner.unavailable === undefined || runner.unavailable === 'full',
});
