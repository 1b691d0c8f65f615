import type { RequestEntry } from '../history.ts';
import { type Rule, type RunFacts, violation } from './facts.ts';
import { isGoingOn } from './transitions.ts';

const GO_ON: readonly RequestEntry['act'][] = ['resume', 'skip', 'retry'];

/**
 * I9: what a person asked and was taken has come true: a run goes on where it is let, and an answer is known to it, unless
 * its end, or a new attempt, came in between. Nothing goes on unasked.
 */
export const personsAreHeard: Rule = ({ runs }) =>
  [...runs.values()].flatMap((run) => [...goneOn(run), ...answered(run)]);

function goneOn({ row, events, requests }: RunFacts) {
  const asked = requests.filter(({ act }) => act && GO_ON.includes(act));
  const taken = asked.filter(({ status }) => status === 202);
  const unknown = asked.filter(({ status }) => status === undefined || status === 503).length;
  const went = events.filter(isGoingOn);
  const isCutShort = row.cancelled || row.stale || row.attempt > 1 || row.status !== 'pass';
  return [
    ...(went.length > taken.length + unknown
      ? [violation('I9', 'it went on unasked', row.id, went, asked)]
      : []),
    ...(went.length < taken.length && !isCutShort
      ? [violation('I9', 'a person let it go on, and it did not', row.id, went, taken)]
      : []),
  ];
}

function answered({ row, events, requests }: RunFacts) {
  const taken = requests.filter(({ act, status }) => act === 'answer' && status === 200);
  const heard = events.filter(({ type, payload }) => type === 'resumed' && payload.why === 'answered');
  if (taken.length > row.attempt) return [violation('I9', 'a question has two answers', row.id, taken)];
  return row.status === 'pass' && heard.length === 0 && taken.length > 0
    ? [violation('I9', 'an answer was taken, and is not known', row.id, taken)]
    : [];
}
