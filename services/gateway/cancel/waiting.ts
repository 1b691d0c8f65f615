import type { Receipt } from '#shared/contract/cancel.ts';
import type { ReceiptRow } from '#shared/database/run-views/receipt.ts';
import { nextRung } from './simulate-cancel.ts';
import { readStored } from './stored-machine.ts';

type Waiting = NonNullable<Receipt['waiting']>;

const WAITS_FOR: Readonly<Record<string, string>> = {
  'cancelling.finishing': 'its atomic step to end',
  'cancelling.aborting': 'the interrupted call to return',
  'cancelling.cleaning': 'its onCancel steps to end',
  'cancelling.closing': 'its browser context to close',
  'cancelling.killing': 'its browser to be killed',
};

/** What a run that is to stop waits for, and what comes next if that does not, at the latest when. Pure. */
export function waitingFor(row: ReceiptRow, now: Date, overdueMs: number): Waiting {
  const { owner, ownerLost, leaseUntil, requestedAt } = row;
  const next = (state: string, at: number): Waiting['next'] => ({
    state,
    at: new Date(at).toISOString(),
    inMs: Math.max(0, at - now.getTime()),
  });
  if (owner === null) return { for: 'a supervisor to end it: no runner has it' };
  if (ownerLost) {
    const at = Math.max(now.getTime(), leaseUntil?.getTime() ?? 0);
    return { for: 'a supervisor to end it: its runner is lost', next: next('fail', at) };
  }
  // Whatever becomes of the machine, a supervisor ends the run when its cancel is overdue.
  const overdue = requestedAt ? { next: next('fail', requestedAt.getTime() + overdueMs) } : {};
  if (row.status === 'running') return { for: 'its runner to take the request', ...overdue };
  const machine = readStored(row.snapshot);
  const rung = machine && nextRung(machine);
  const known = { for: WAITS_FOR[row.state] ?? 'its machine to stop' };
  return rung ? { ...known, next: next(rung.state, rung.at) } : { ...known, ...overdue };
}
