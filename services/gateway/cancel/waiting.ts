import type { Receipt } from '#shared/contract/cancel.ts';
import { WAITING_FOR, type WaitingCode } from '#shared/contract/stopping-waits.ts';
import type { ReceiptRow } from '#shared/database/run-views/receipt.ts';
import { RUNG_WAITS } from '#shared/run/meaning.ts';
import { meaningOf } from '#shared/run/states.ts';
import { nextRung } from './simulate-cancel.ts';
import { readStored } from './stored-machine.ts';

type Waiting = NonNullable<Receipt['waiting']> & { code: WaitingCode };
/** A run that is being stopped. */
type Stopping = Pick<
  ReceiptRow,
  'owner' | 'ownerLost' | 'leaseUntil' | 'requestedAt' | 'status' | 'state' | 'snapshot'
>;

const waits = (code: WaitingCode, next?: Waiting['next']): Waiting => ({
  code,
  for: WAITING_FOR[code],
  ...(next && { next }),
});

/** What a run that is to stop waits for, and what comes next if that does not, at the latest when. Pure. */
export function waitingFor(row: Stopping, now: Date, overdueMs: number): Waiting {
  const { owner, ownerLost, leaseUntil, requestedAt } = row;
  const next = (state: string, at: number): NonNullable<Waiting['next']> => ({
    state,
    at: new Date(at).toISOString(),
    inMs: Math.max(0, at - now.getTime()),
  });
  if (owner === null) return waits('supervisor_no_runner');
  if (ownerLost) {
    const at = Math.max(now.getTime(), leaseUntil?.getTime() ?? 0);
    return waits('supervisor_runner_lost', next('fail', at));
  }
  // Whatever becomes of the machine, a supervisor ends the run when its cancel is overdue.
  const overdue = requestedAt ? next('fail', requestedAt.getTime() + overdueMs) : undefined;
  if (row.status === 'running') return waits('delivery', overdue);
  const machine = readStored(row.snapshot);
  const then = machine && nextRung(machine);
  const { rung } = meaningOf(row.state);
  return waits(rung ? RUNG_WAITS[rung] : 'machine', then ? next(then.state, then.at) : overdue);
}
