import type { ReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { stoppingWaitOf } from '#shared/domain/story/wait-of.ts';
import type { StoppingWait } from '#shared/domain/story/waits.ts';
import { stoppingFor } from '#shared/domain/words/en-stopping.ts';
import { nextRung } from './simulate-cancel.ts';
import { readStored } from './stored-machine.ts';

/** A run that is being stopped. */
type Stopping = Pick<ReceiptRow, 'owner' | 'ownerLost' | 'leaseUntil' | 'requestedAt' | 'state' | 'snapshot'>;
type Waiting = NonNullable<Receipt['waiting']> & { code: StoppingWait };

/** What a run that is to stop waits for, and what comes next if that does not, at the latest when. Pure. */
export function waitingFor(row: Stopping, now: Date, overdueMs: number): Waiting {
  const code = stoppingWaitOf(row);
  const next = nextAfter(code, row, now.getTime(), overdueMs);
  return {
    code,
    for: stoppingFor[code],
    ...(next && {
      next: {
        state: next.state,
        at: new Date(next.at).toISOString(),
        inMs: Math.max(0, next.at - now.getTime()),
      },
    }),
  };
}

function nextAfter(
  code: StoppingWait,
  { leaseUntil, requestedAt, snapshot }: Stopping,
  now: number,
  overdueMs: number,
): { state: string; at: number } | undefined {
  if (code === 'supervisor_no_runner') return undefined;
  if (code === 'supervisor_runner_lost')
    return { state: 'fail', at: Math.max(now, leaseUntil?.getTime() ?? 0) };
  const machine = code === 'delivery' ? undefined : readStored(snapshot);
  // Whatever becomes of the machine, a supervisor ends the run when its cancel is overdue.
  const overdue = requestedAt ? { state: 'fail', at: requestedAt.getTime() + overdueMs } : undefined;
  return (machine && nextRung(machine)) ?? overdue;
}
