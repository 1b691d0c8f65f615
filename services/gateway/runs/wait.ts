/*
 * Requests that wait until a run is final. Owns for each a timer and a place in the run's feed; holds no connection. Reads
 * the run once after joining, as it may have just ended (I7). I11: a caller who lost the right gets no answer.
 */
import { Writable } from 'node:stream';
import { readEnding } from '#shared/adapters/database/runs/ending.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { OpenStreams } from '../access/open-streams.ts';
import type { Actor } from '../access/policy.ts';
import type { RunFeeds } from '../stream/run-feed.ts';

/** `over`: the run is final, the time is over, or the gateway stops. `gone`: the client is. */
export type Waited = 'over' | 'gone' | 'refused';

interface Wait {
  actor: Actor;
  runId: string;
  /** The longest wait. */
  ms: number;
  /** The answer: the client is gone when it is closed. */
  out: Writable;
}
export type WaitForEnd = (wait: Wait) => Promise<Waited>;

export interface WaitDeps {
  sql: Sql;
  feeds: RunFeeds;
  openStreams: OpenStreams;
  /** Aborted when the gateway stops: all are answered at once. */
  stopping: AbortSignal;
}

export const createWaitForEnd =
  ({ sql, feeds, openStreams, stopping }: WaitDeps): WaitForEnd =>
  async ({ actor, runId, ms, out }) => {
    const { promise: waited, resolve } = Promise.withResolvers<Waited>();
    const permit = new Writable().once('finish', () => resolve('refused'));
    const leavePermit = openStreams.join(actor, { runId }, permit);
    const over = () => resolve('over');
    const gone = () => resolve('gone');
    if (stopping.aborted) over();
    if (out.destroyed) gone();
    stopping.addEventListener('abort', over, { once: true });
    out.once('close', gone);
    const timer = setTimeout(over, ms);
    const joined = feeds.join(runId, {
      entry: (entry) => entry.kind === 'end' && over(),
      look: (_, final) => final && over(),
    });
    try {
      const early = await Promise.race([joined.then(() => undefined), waited]);
      if (early !== undefined) return early;
      const found = await readEnding(sql, runId);
      if (!found || isFinal(found.status)) over();
      return await waited;
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener('abort', over);
      out.off('close', gone);
      leavePermit();
      permit.destroy();
      // A feed that could not be joined is said above.
      joined.then(
        (leave) => leave(),
        () => undefined,
      );
    }
  };
