import { setImmediate } from 'node:timers/promises';
import { readPlans } from '#shared/database/cancel-jobs/plans.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Flow } from '#shared/flow/flow.ts';
import { createRedactor, REDACTED, type Redactor } from '#shared/flow/redact.ts';

type Step = Flow['steps'][number];

/** How many flows are held at a time: each may be as big as a request. */
const PAGE = 100;

/**
 * The reason of a bulk cancel as it may be shown on each of its runs, and with the job: without anything that the flow
 * of any of them keeps secret (I10). One text for all, since those who see one run need not see the others.
 */
export async function redactForAll(sql: Sql, reason: string, runIds: string[]): Promise<string> {
  const redactor = createReasonRedactor(reason);
  for (let from = 0; from < runIds.length; from += PAGE)
    for (const plan of await readPlans(sql, runIds.slice(from, from + PAGE))) {
      redactor.mind(plan);
      // A long flow takes some ms: others have their turn in between.
      await setImmediate();
    }
  return redactor.redacted();
}

const hideAll: Redactor = () => REDACTED;

/** For what is shown of one run. A flow that cannot be read may keep anything secret: nothing of a reason is shown. */
export function reasonRedactorOf(plan: Pick<Flow, 'steps'> & Partial<Flow>): Redactor {
  try {
    return createRedactor(plan);
  } catch {
    return hideAll;
  }
}

/** Keeps of the flows only what their reason shows, then redacts all of it at once: secrets may overlap. Pure. */
export function createReasonRedactor(reason: string) {
  const shown = new Map<string, Step>();
  let hidden = false;
  const shows = (plan: Pick<Flow, 'steps'> & Partial<Flow>) => createRedactor(plan)(reason) !== reason;
  return {
    mind(plan: Flow): void {
      const redact = reasonRedactorOf(plan);
      hidden ||= redact === hideAll;
      if (hidden || redact(reason) === reason) return;
      const asStep: Step = { action: 'goto', url: plan.baseUrl };
      for (const step of [...plan.steps, ...(plan.onCancel ?? []), asStep])
        if (shows({ steps: [step] })) shown.set(secretOf(step), step);
    },
    redacted: (): string => (hidden ? REDACTED : createRedactor({ steps: [...shown.values()] })(reason)),
  };
}

const secretOf = (step: Step): string =>
  step.action === 'fill' ? `fill ${step.value}` : step.action === 'goto' ? `goto ${step.url}` : '';
