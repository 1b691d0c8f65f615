/*
 * Statements as nobody in the protocol would send them: right in some respects, wrong in others. They tell apart guards
 * that the protocol never needs one by one. Pure.
 */
import type { Label, MachineGraph } from './machine-graph.ts';
import { type Db, type OwnerName, type Row, withRow } from './row.ts';
import { type Executed, execute, nextToClaim, type Rules, type Statement } from './statements.ts';
import type { Step } from './traces.ts';
import type { Passage } from './world.ts';

const OWNERS = ['A', 'B'] as const satisfies OwnerName[];
const CANCELS: readonly Label[] = ['CANCEL user', 'CANCEL shutdown'];

/** All at once, so that what comes after it is not far. */
const TO_ASK: readonly Label[] = ['CLAIM', 'LAUNCHED', 'BEGUN', 'ASKED'];

/** Every statement with each value right or one too low, sent to a machine that is where the stored one is. */
function probesOf(rules: Rules, db: Db, run = 0): Statement[] {
  const { graph } = rules;
  const row = db.runs[run]!;
  const epochs = [row.epoch, row.epoch - 1].filter((epoch) => epoch >= 0);
  const seqs = [row.lastSeq, row.lastSeq - 1].filter((seq) => seq >= 0);
  const at = epochs.flatMap((epoch) => seqs.map((lastSeq) => ({ run, epoch, lastSeq, from: row.node })));
  const probes: Statement[] = [
    { kind: 'recordCancel', run, by: 'user' },
    { kind: 'recordCancel', run, by: 'shutdown' },
  ];
  for (const owner of OWNERS) {
    const claimed = nextToClaim(rules, db, owner);
    // A claim that finds nothing is like one of a run that may not be claimed.
    probes.push({ kind: 'claim', run: claimed ?? run, owner, number: row.claim + 1 });
    for (const epoch of epochs) {
      if (graph.asks) probes.push({ kind: 'keep', run, owner, epoch });
      probes.push({ kind: 'heartbeat', run, owner, epoch });
      probes.push({ kind: 'recordCancel', run, by: 'shutdown', heldBy: { owner, epoch } });
    }
    for (const place of at)
      probes.push(
        ...tellings(graph, row).map((labels) => ({ kind: 'commit', owner, labels, ...place }) as const),
        ...returns(graph, row).map(
          (labels) => ({ kind: 'returnUnstarted', owner, labels, ...place }) as const,
        ),
        ...parks(graph, row).map((labels) => ({ kind: 'parkRun', owner, labels, ...place }) as const),
      );
  }
  if (graph.asks)
    for (const attempt of [row.attempt, 3 - row.attempt]) probes.push({ kind: 'recordAnswer', run, attempt });
  for (const place of at) {
    const { epoch, lastSeq } = place;
    if (graph.asks) {
      probes.push({ kind: 'unparkOver', run, epoch, lastSeq });
      probes.push({ kind: 'expireParked', labels: ['EXPIRE unattended'], ...place });
    }
    if (graph.asks && graph.node(row.node).done === 0)
      probes.push({ kind: 'parkStale', labels: ['LOST'], ...place });
    probes.push({ kind: 'cancelQueued', labels: [`CANCEL ${row.cancel ?? 'user'}`], ...place });
    probes.push({ kind: 'expireQueued', labels: ['EXPIRE'], ...place });
    probes.push({ kind: 'requeueStale', labels: ['REQUEUE'], ...place });
    for (const byCancel of [true, false])
      for (const cancelSeen of [row.cancel, row.cancel === null ? 'user' : null] as const)
        probes.push({
          kind: 'finaliseStale',
          byCancel,
          cancelSeen,
          ...place,
          labels: [`STALE ${cancelSeen ?? 'supervisor'}`],
        });
  }
  return probes;
}

function tellings(graph: MachineGraph, { node }: Row): (readonly Label[])[] {
  const { next, state } = graph.node(node);
  const isQueued = state === 'running.queued';
  const first: readonly Label[] = isQueued ? ['CLAIM'] : next;
  const single = [...first, ...CANCELS, undefined].map((label) => (label ? [label] : []));
  return isQueued && graph.asks ? [...single, TO_ASK] : single;
}

/** The ways back into the queue, or the one that leaves it where it is. */
function returns(graph: MachineGraph, { node }: Row): (readonly Label[])[] {
  const way: readonly Label[] = ['CLAIM', 'LAUNCH_FAILED', 'SETTLED'];
  const leads = graph.node(graph.walk(node, way).to).state === 'running.queued';
  return leads ? [way, []] : [[]];
}

/** The way in which a run is parked, or the one that leaves it where it is; of one that stands at its question. */
function parks(graph: MachineGraph, { node }: Row): (readonly Label[])[] {
  if (!graph.asks || graph.node(node).done > 0) return [];
  const way: readonly Label[] = ['SEALED', 'PARKED'];
  return graph.node(graph.walk(node, way).to).parked ? [way] : [[]];
}

/** What may happen to a database beside statements. */
function passages({ graph }: Rules, db: Db, run = 0): Step[] {
  const row = db.runs[run]!;
  const owner = row.owner;
  const pass = (what: Passage, change: Partial<Row>): Step => ({
    title: what,
    operation: { does: 'passes', run, what },
    before: db,
    after: withRow(db, run, { ...row, ...change }),
  });
  return [
    ...(row.lease === 'held' ? [pass('leaseOver', { lease: 'over' })] : []),
    ...(row.cancel !== null && !row.overdue ? [pass('overdue', { overdue: true })] : []),
    ...(row.queueOver ? [] : [pass('queueOver', { queueOver: true })]),
    ...(graph.node(row.node).asks && !row.personOver ? [pass('personOver', { personOver: true })] : []),
    ...(owner === null || db.gone.includes(owner)
      ? []
      : [
          {
            title: `${owner} dies`,
            operation: { does: 'dies', name: owner },
            before: db,
            after: { ...db, gone: [...db.gone, owner] },
          } satisfies Step,
        ]),
  ];
}

const executed = (rules: Rules, db: Db, statement: Statement): Step => {
  const { outcome, db: after } = execute(rules, db, statement);
  return { title: statement.kind, operation: { does: 'executes', statement, outcome }, before: db, after };
};

/** Every database that accepted probes and time lead to, nearest first, each with a shortest way. */
function* reachable(rules: Rules, initial: Db, most: number): Generator<{ db: Db; way: Step[] }> {
  const queue: { db: Db; way: Step[] }[] = [{ db: initial, way: [] }];
  const known = new Set([JSON.stringify(initial)]);
  for (let at = 0; at < queue.length && at < most; at += 1) {
    const place = queue[at]!;
    yield place;
    const steps = [
      ...probesOf(rules, place.db).map((probe) => executed(rules, place.db, probe)),
      ...passages(rules, place.db),
    ];
    for (const step of steps) {
      const key = JSON.stringify(step.after);
      if (known.has(key)) continue;
      known.add(key);
      queue.push({ db: step.after, way: [...place.way, step] });
    }
  }
}

export interface Apart {
  way: Step[];
  /** What the statement comes to with the guards. */
  last: Step;
  /** And without them. */
  without: Executed['outcome'];
}

/** The nearest statement whose outcome is another one without the guards `off`. Those of `base` are out in any case. */
export function tellApart(
  rules: Rules,
  initial: Db,
  off: readonly string[],
  base: readonly string[] = [],
): Apart | undefined {
  const full = { ...rules, off: new Set(base) };
  const less = { ...rules, off: new Set([...base, ...off]) };
  for (const { db, way } of reachable(full, initial, 2_000))
    for (const statement of probesOf(full, db)) {
      const last = executed(full, db, statement);
      const without = execute(less, db, statement).outcome;
      if (last.operation.does === 'executes' && last.operation.outcome !== without)
        return { way, last, without };
    }
  return undefined;
}

/** A way of so many probes and passages, chosen by `random`; most probes are refused. */
export function randomProbes(rules: Rules, initial: Db, length: number, random: () => number): Step[] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const steps: Step[] = [];
  let db = initial;
  while (steps.length < length) {
    const probes = probesOf(rules, db).map((probe) => executed(rules, db, probe));
    const stored = probes.filter(
      ({ operation }) => operation.does === 'executes' && operation.outcome === 'stored',
    );
    const kinds = [probes, stored, stored, passages(rules, db)].filter((kind) => kind.length > 0);
    const step = pick(pick(kinds));
    steps.push(step);
    db = step.after;
  }
  return steps;
}
