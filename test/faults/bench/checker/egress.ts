import { type Facts, type Rule, type RunFacts, type Violation, violation } from './facts.ts';

/** What a step says that was refused by the policy, and what others say that did not get so far. */
const REFUSED = /egress policy/;

/** I15: nothing comes where the policy lets nobody go, and a flow that wants to gets an error. */
export const flowsStayInside: Rule = (facts) => [
  ...facts.visits.map((visit) => violation('I15', `it was reached: ${visit.said}`, undefined, visit)),
  ...strays(facts).flatMap(judge),
];

const strays = ({ requests, runs }: Facts): RunFacts[] =>
  requests.flatMap(({ op, flow, status, body }) => {
    const run =
      op === 'start' && flow === 'stray' && status === 202
        ? runs.get((body as { id: string }).id)
        : undefined;
    return run ? [run] : [];
  });

/** Its last step goes there; a run that was stopped before did not get to it. */
function judge({ row, steps }: RunFacts): Violation[] {
  if (row.status === 'pass') return [violation('I15', 'it passed, though it went there', row.id, row)];
  const last = steps.filter(({ phase, index }) => phase === 'flow' && index === 2).at(-1);
  if (!last || row.cancelled || row.stale || wasLost(last.error) || REFUSED.test(last.error ?? '')) return [];
  return [violation('I15', 'its step does not say that it was refused', row.id, last)];
}

/** Its browser is gone, or the page took too long on a busy machine. */
const wasLost = (error: string | null) => /browser|page|timed out/.test(error ?? '');
