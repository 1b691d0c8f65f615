import { type Facts, isFinal, type Rule, type RunFacts, type Violation, violation } from './facts.ts';

const MOVES: Record<string, string[]> = {
  running: ['running', 'cancelling', 'pass', 'fail'],
  cancelling: ['cancelling', 'fail'],
};

/** I1: what the rows went through, and what anybody was shown of it. */
export const statusMoves: Rule = (facts) =>
  [...facts.runs.values()].flatMap((run) => [...stored(run), ...streamed(run), ...answered(facts, run)]);

function stored({ row: { id }, audit }: RunFacts): Violation[] {
  return audit.flatMap((change) => {
    const { before, after } = change;
    if (!before)
      return after.status === 'running' ? [] : [violation('I1', 'does not begin as running', id, change)];
    if (isFinal(before.status))
      return JSON.stringify(before) === JSON.stringify(after)
        ? []
        : [violation('I1', `a final run was changed: ${before.status} → ${after.status}`, id, change)];
    return MOVES[before.status]!.includes(after.status)
      ? []
      : [violation('I1', `${before.status} → ${after.status}`, id, change)];
  });
}

function streamed({ row: { id }, streams }: RunFacts): Violation[] {
  return streams.flatMap(({ watcher, messages }) => {
    const shown = messages.flatMap(({ data }) => (data.kind === 'status' ? [data.status!] : []));
    const bad = shown.findIndex(
      (status, n) => n > 0 && !MOVES[shown[n - 1]!]?.includes(status) && status !== shown[n - 1],
    );
    return bad < 0 ? [] : [violation('I1', `watcher ${watcher} was shown ${shown.join(' → ')}`, id)];
  });
}

/** Once a final status was shown, everybody who asks later is shown the same. */
function answered({ requests }: Facts, { row }: RunFacts): Violation[] {
  const seen = requests.flatMap(({ op, status, body, sent, got }) => {
    if (status !== 200 || (op !== 'read' && op !== 'list')) return [];
    const shown = (op === 'list' ? (body as Shown[]) : [body as Shown]).find(({ id }) => id === row.id);
    return shown ? [{ status: shown.status, sent, got }] : [];
  });
  const first = seen.filter(({ status }) => isFinal(status)).toSorted((a, b) => a.got - b.got)[0];
  if (!first) return [];
  return seen
    .filter(({ sent, status }) => sent > first.got && status !== first.status)
    .map((later) => violation('I1', 'was shown final, and then otherwise', row.id, first, later));
}
interface Shown {
  id: string;
  status: string;
}
