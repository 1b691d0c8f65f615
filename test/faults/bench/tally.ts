import type { HistoryEntry } from './history.ts';

/** How much happened, in one line: a history of nothing has no violations, either. */
export function tally(entries: readonly HistoryEntry[]): string {
  const of = <Kind extends HistoryEntry['kind']>(kind: Kind) =>
    entries.filter((entry): entry is Extract<HistoryEntry, { kind: Kind }> => entry.kind === kind);
  const requests = of('request');
  const cancels = requests.filter(({ op, status }) => op === 'cancel' && status === 200);
  const streams = of('stream');
  const runs = of('row').flatMap(({ table, row }) => (table === 'runs' ? [row] : []));
  const ended = Object.entries(Object.groupBy(runs, endOf)).map(([end, list]) => `${list!.length} ${end}`);
  return [
    `${requests.length} requests (${requests.filter(({ status }) => status === undefined).length} without an answer)`,
    `${cancels.length} cancels accepted`,
    `${streams.length} streams with ${streams.reduce((sum, { messages }) => sum + messages.length, 0)} messages`,
    `${of('nats').length} messages over NATS`,
    `runs: ${ended.toSorted().join(', ')}`,
    `faults: ${happened(entries).toSorted().join(', ')}`,
  ].join('; ');
}

/** A row of the table in docs/reliability.md: runs, faults, requests, those without an answer, cancels, violations. */
export function rowOf(
  seed: number,
  {
    entries,
    ...reported
  }: { entries: readonly HistoryEntry[]; runs: number; faults: number; violations: number },
): string {
  const requests = entries.filter((entry) => entry.kind === 'request');
  const unanswered = requests.filter(({ status }) => status === undefined).length;
  const cancels = requests.filter(({ op, status }) => op === 'cancel' && status === 200).length;
  const cells = [
    seed,
    reported.runs,
    reported.faults,
    requests.length,
    unanswered,
    cancels,
    reported.violations,
  ];
  return `| ${cells.join(' | ')} |`;
}

const endOf = ({ status, cancelled, stale }: Record<string, unknown>) =>
  [stale && 'stale', cancelled && 'cancelled', status].filter(Boolean).join(' ');

/** Each kind of fault that came to be, and how often. */
function happened(entries: readonly HistoryEntry[]): string[] {
  const faults = entries.flatMap((entry) => (entry.kind === 'fault' && !entry.missed ? [entry] : []));
  const kinds = Object.groupBy(faults, ({ what, service }) => [what, service].filter(Boolean).join(' '));
  return Object.entries(kinds).map(([kind, list]) => `${kind} ${list!.length}`);
}
