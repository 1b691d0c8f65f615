/*
 * What a run waits for, for its reader: put together from the database's row and, once a step takes long, what its owner
 * says of the page. Decides nothing, and nothing waits for it but the one who asked.
 */
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { queuedFacts, type WaitFacts } from '#shared/adapters/database/run-views/queued-facts.ts';
import { readSituation, type Situation } from '#shared/adapters/database/run-views/situation.ts';
import { readWaiting } from '#shared/adapters/database/run-views/waiting.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { say } from '#shared/domain/words/say.ts';
import type { Timing } from '#shared/platform/config/timing.ts';
import type { OutsideTurn } from '../../access/caller-turns.ts';
import { readStored } from '../../cancel/stored-machine.ts';
import type { AskOwner, OwnerAnswer } from './ask-owner.ts';
import { ownedFacts } from './owned.ts';

export interface WaitingForDeps {
  sql: Sql;
  timing: Pick<Timing, 'lease' | 'silent' | 'heartbeat' | 'overdue'>;
  /** Limits of runs on runners, the runners' own. */
  limits: RunLimits;
  askOwner: AskOwner;
}

interface Reading {
  /** The run, if the caller has just read it with others. */
  loaded?: Situation;
  /** The owner is waited for in it. */
  outsideTurn?: OutsideTurn;
}

/** Nothing of a run that is final or gone. */
export type ReadWaitingFor = (runId: string, reading?: Reading) => Promise<Pick<RunDetail, 'waitingFor'>>;

/** What takes less long is not asked about, ms. */
const LONG_MS = 1_000;

export function createReadWaitingFor({ sql, timing, limits, askOwner }: WaitingForDeps): ReadWaitingFor {
  const ask = async (
    run: Situation,
    machine: RunSnapshot | undefined,
    outsideTurn: OutsideTurn = (wait) => wait(),
  ): Promise<OwnerAnswer> => {
    if (run.ownerLost || run.shownStatus !== 'running' || !machine) return 'unasked';
    // What a person is asked, the page does not know.
    if (run.asked) return 'unasked';
    const isLong = run.now.getTime() - machine.context.now >= LONG_MS;
    return isLong ? outsideTurn(() => askOwner(run)) : 'unasked';
  };

  /** While it gave no answer, it may have sent a heartbeat, or gone on; or its process has ended. */
  const lookedAgain = async (run: Situation): Promise<Situation | undefined> => {
    const later = await readSituation(sql, run.id, true);
    return later && later.epoch === run.epoch && later.lastSeq === run.lastSeq ? later : undefined;
  };

  return async (runId, { loaded, outsideTurn } = {}) => {
    const run = loaded ?? (await readSituation(sql, runId));
    if (!run || isFinal(run.status)) return {};
    if (run.owner === null && run.parkedUntil === null && run.shownStatus !== 'cancelling') {
      const toRead = { leaseMs: timing.lease, silentMs: timing.silent, limits };
      const facts = queuedFacts(run, await readWaiting(sql, run, toRead), limits);
      return { waitingFor: described(facts, run) };
    }
    const machine = readStored(run.snapshot);
    const answer = await ask(run, machine, outsideTurn);
    const isQuiet = answer === 'late' || answer === 'silent' || answer === 'absent';
    const now = isQuiet ? await lookedAgain(run) : run;
    const facts = ownedFacts({ ...(now ?? run), machine }, now ? answer : 'unasked', timing);
    return facts ? { waitingFor: described(facts, now ?? run) } : {};
  };
}

const described = (facts: WaitFacts, { now, lastSeq }: Situation): WaitingFor => ({
  ...facts,
  for: textOfSentences(say(facts, englishWords, now.getTime())),
  at: now.toISOString(),
  seq: lastSeq,
});
