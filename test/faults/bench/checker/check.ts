/*
 * Judges a history: each rule looks for violations of one promise, and gives the evidence. Pure.
 */
import type { HistoryEntry } from '../history.ts';
import { strangersSeeNothing } from './access.ts';
import { contractAnswers } from './answers.ts';
import { browsersDie, pagesClose } from './browsers.ts';
import { answeredCancels } from './cancels.ts';
import { costsStay, statementsEnd } from './costs.ts';
import { flowsStayInside } from './egress.ts';
import { acceptedRunsEnd, orphansEnd, quietCame } from './endings.ts';
import { natsOrder, oneCursor, storedEvents } from './events.ts';
import { begunStepsEnd, stepsAreKept } from './evidence.ts';
import { type Rule, sortFacts, type Violation } from './facts.ts';
import { graceBudgets } from './grace.ts';
import { cancelsBesideOthers, neighboursLive, sharesAreFair } from './neighbours.ts';
import { ownersWrite } from './ownership.ts';
import { personsAreHeard } from './persons.ts';
import { secretsStayHidden } from './secrets.ts';
import { statusMoves } from './status.ts';
import { transitionsOnce } from './transitions.ts';
import { watchersComeBack, watchersSeeAll } from './watching.ts';

export type { Violation } from './facts.ts';
export { INVARIANTS } from './facts.ts';

export const RULES = {
  statusMoves,
  ownersWrite,
  answeredCancels,
  graceBudgets,
  acceptedRunsEnd,
  orphansEnd,
  quietCame,
  storedEvents,
  oneCursor,
  natsOrder,
  watchersSeeAll,
  watchersComeBack,
  pagesClose,
  browsersDie,
  stepsAreKept,
  begunStepsEnd,
  secretsStayHidden,
  strangersSeeNothing,
  transitionsOnce,
  personsAreHeard,
  contractAnswers,
  neighboursLive,
  cancelsBesideOthers,
  sharesAreFair,
  costsStay,
  statementsEnd,
  flowsStayInside,
} satisfies Record<string, Rule>;

export function checkHistory(entries: readonly HistoryEntry[]): Violation[] {
  const facts = sortFacts(entries);
  return Object.values(RULES).flatMap((rule) => rule(facts));
}

export const violationsOf = (rule: keyof typeof RULES, entries: readonly HistoryEntry[]): Violation[] =>
  RULES[rule](sortFacts(entries));

/** One line each, and what it was seen by, not too long. */
export const describeViolation = ({ invariant, what, runId, evidence }: Violation): string =>
  [
    `${invariant}: ${what}${runId ? ` (run ${runId})` : ''}`,
    ...evidence.map((one) => `    ${JSON.stringify(one)?.slice(0, 600)}`),
  ].join('\n');
