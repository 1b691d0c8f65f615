import { indexDue } from '#shared/database/search/keep.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Leadership } from './leading.ts';

const EVERY_MS = 1_000;
/** In one turn: what else is in the background waits no longer. */
const MOST_BATCHES = 10;

interface SearchKeepingDeps {
  sql: Sql;
  log: Log;
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

/** While this process leads, it indexes what can be searched. */
export function startKeepingSearch({ sql, log, leadership, stopping, resources }: SearchKeepingDeps): void {
  const mayGoOn = () => leadership.isLeading() && !stopping.aborted;
  const keeping = resources.use(
    startLoop(
      EVERY_MS,
      async () => {
        for (let n = 0; n < MOST_BATCHES && mayGoOn(); n += 1) {
          if (!(await indexDue(sql))) return;
        }
      },
      (error) => log.warn({ err: error }, 'could not index runs for searches'),
    ),
  );
  leadership.onLead(keeping.wake);
}
