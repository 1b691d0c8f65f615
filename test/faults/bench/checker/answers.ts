import type { RequestEntry } from '../history.ts';
import { type Rule, violation } from './facts.ts';

/** What may be answered to whom it concerns; 503 and no answer at all may always be. */
const ALLOWED: Record<RequestEntry['op'], number[]> = {
  // 409: the other request with its Idempotency-Key is not over.
  start: [202, 409],
  cancel: [200, 409],
  dryRun: [200, 409],
  bulk: [202],
  read: [200],
  peek: [404],
  list: [200],
  stream: [200],
  subscription: [200],
  // 400: a step after the last one; 409: it does not wait for that.
  person: [200, 202, 400, 409],
};

/** The contract: no other status, whatever is broken, and exactly the bodies of a cancel. */
export const contractAnswers: Rule = ({ requests }) =>
  requests.flatMap((request) => {
    const { op, status, body, runs } = request;
    if (status === undefined || status === 503) return [];
    if (!ALLOWED[op].includes(status))
      return [violation('contract', `${op} was answered ${status}`, runs[0], request)];
    if (op !== 'cancel' || status !== 200) return [];
    const bodies = [
      { ok: true, id: runs[0], status: 'cancelling' },
      { ok: true, id: runs[0], status: 'cancelled', stale: true },
    ].map((one) => JSON.stringify(one));
    return bodies.includes(JSON.stringify(body))
      ? []
      : [violation('contract', 'not a body of the contract', runs[0], request)];
  });
