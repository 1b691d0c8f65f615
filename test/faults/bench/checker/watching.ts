import type { StreamEntry } from '../history.ts';
import { type Facts, type Rule, type RunFacts, type Violation, violation } from './facts.ts';

/** I7: each connection goes on where the last one was, without a gap, and one that ends has seen the end. */
export const watchersSeeAll: Rule = (facts) =>
  facts.streams.flatMap((stream) => {
    const run = facts.runs.get(stream.runId);
    return run ? judge(stream, run) : [];
  });

function judge(stream: StreamEntry, { row }: RunFacts): Violation[] {
  const { messages, after, watcher, how } = stream;
  const say = (what: string) => [violation('I7', `watcher ${watcher} ${what}`, row.id, stream)];
  const seqs = messages.flatMap(({ data }) => (data.kind === 'assist' ? [data.seq!] : []));
  const wrong = seqs.findIndex((seq, n) => seq !== after + 1 + n);
  if (wrong >= 0)
    return say(`had ${after} and got ${seqs.slice(Math.max(0, wrong - 1), wrong + 2).join(', ')}`);
  if (messages.length > 0 && messages[0]!.data.kind !== 'status')
    return say('was not shown the status first');
  const end = messages.findIndex(({ event }) => event === 'end');
  if (end >= 0 && end !== messages.length - 1) return say('got more after the end');
  if (how !== 'ended') return [];
  const seen = after + seqs.length;
  if (seen !== row.last_seq) return say(`got the end after ${seen} of ${row.last_seq} events`);
  const status = messages.at(-2)?.data;
  if (status?.kind !== 'status' || status.status !== row.status)
    return say('did not get the final status before the end');
  return [];
}

/** I7: a watcher that comes back has seen each event once in all. */
export const watchersComeBack: Rule = (facts: Facts) => {
  const byWatcher = Map.groupBy(facts.streams, ({ watcher }) => watcher);
  return [...byWatcher].flatMap(([watcher, streams]) => {
    const seqs = streams.flatMap(({ messages }) =>
      messages.flatMap(({ data }) => (data.kind === 'assist' ? [data.seq!] : [])),
    );
    const wrong = seqs.findIndex((seq, n) => seq !== n + 1);
    if (wrong < 0) return [];
    return [
      violation(
        'I7',
        `watcher ${watcher} saw ${seqs[wrong]} as its number ${wrong + 1}`,
        streams[0]!.runId,
        seqs,
      ),
    ];
  });
};
