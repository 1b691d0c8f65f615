import { stopLeftoverNats } from '../../local/nats.ts';
import { stopLeftoverPostgres } from '../../local/postgres.ts';
import { endLeftover } from '../../local/process/leftover.ts';
import type { Home } from './home.ts';
import { isStillIt, livingRecords, removeRecord } from './pid-record.ts';

// A service whose parent is gone is stopping already; this is its second signal, at which it exits at once.
const SERVICE_STOP = [['SIGTERM', 2_000]] as const;

/**
 * Ends the processes that a killed `up` left on this home, in the usual order. Resolves to the names of what was
 * ended.
 */
export const endLeftovers = async (home: Home): Promise<string[]> => {
  const ended: string[] = [];
  const services = await livingRecords(home.pids);
  await Promise.all(
    services.map(async ({ name, record }) => {
      const leftover = { pid: record.pid, isStillIt: () => isStillIt(record) };
      if (await endLeftover(leftover, SERVICE_STOP)) ended.push(name);
      await removeRecord(home.pids, name);
    }),
  );
  if (await stopLeftoverNats(home.nats)) ended.push('nats');
  if (await stopLeftoverPostgres({ dataDir: home.postgres })) ended.push('postgres');
  return ended;
};
