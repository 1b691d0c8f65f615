import { type Rule, violation } from './facts.ts';
import { hitsOwner, hitsSupervisors, undisturbed } from './undisturbed.ts';

/** How many times as much as on an empty database anything may cost. */
const TIMES = 1.5;

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

/** I14: what is stored, and what waits elsewhere, costs nothing. */
export const costsStay: Rule = ({ costs }) =>
  costs.flatMap((cost) => {
    const [empty, grown] = [median(cost.empty), median(cost.grown)];
    const may = TIMES * empty + cost.allowed;
    return grown > may
      ? [violation('I14', `${cost.what}: ${Math.round(grown)} of ${Math.round(may)}`, undefined, cost)]
      : [];
  });

/** A statement is given up by the server after so long, ms. */
const STATEMENT_MS = 5_000;
/** The server itself says so, and no lost connection does. */
const GIVEN_UP = 'canceling statement due to statement timeout';

/** I14: no look takes so long that it is given up, unless something kept the server or its client from it. */
export const statementsEnd: Rule = (facts) =>
  facts.logs.flatMap(({ service, pid, line }) => {
    if (!line.includes(GIVEN_UP)) return [];
    const at = Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? '');
    const disturbs = service === 'supervisor' ? hitsSupervisors : hitsOwner(pid);
    const free = undisturbed(
      facts,
      at - STATEMENT_MS,
      at,
      (fault) => disturbs(fault) || fault.service === service,
    );
    return free > STATEMENT_MS / 2
      ? [violation('I14', `a statement of a ${service} was given up`, undefined, line)]
      : [];
  });
