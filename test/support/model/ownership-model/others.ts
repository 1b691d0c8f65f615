/* What supervisors, gateways, the network, time and killers of processes do, one step at a time. Pure. */
import { takeCancel } from './actor.ts';
import { judged } from './guards.ts';
import type { Emit } from './owner.ts';
import { type Row, withRow } from './row.ts';
import { execute } from './statements.ts';
import type { Gateway, Owner, Passage, Person, Scenario, Supervisor, World } from './world.ts';

/** A supervisor that dies is one that does nothing more: another one goes on. */
export function supervisorMoves(rules: Scenario, world: World, index: number, emit: Emit): void {
  const { intends } = world.supervisors[index]!;
  const next = (changed: Supervisor, db = world.db): World => ({
    ...world,
    db,
    supervisors: world.supervisors.with(index, changed),
  });
  if (intends) {
    const executed = execute(rules, world.db, intends);
    emit({
      title: `supervisor ${index} stores ${intends.kind}`,
      statement: intends,
      executed,
      to: next({}, executed.db),
    });
    return;
  }
  for (const run of world.db.runs.keys()) {
    const asked =
      rules.off.has('gateway.recordsFirst') ||
      world.gateways.some((gateway) => gateway.run === run && gateway.phase === 'telling');
    for (const byCancel of asked ? [false, true] : [false]) {
      for (const intends of intentions(rules, world, run, byCancel)) {
        const why = byCancel ? 'for a cancel' : 'in its sweep';
        const title = `supervisor ${index} loads run ${run} ${why}: ${intends.kind}`;
        emit({ title, loads: { run, byCancel }, to: next({ intends }) });
      }
    }
  }
}

type Intention = NonNullable<Supervisor['intends']>;
type IntentionKind = Intention['kind'];
const KINDS: readonly IntentionKind[] = ['cancelQueued', 'expireQueued', 'requeueStale', 'finaliseStale'];
const KINDS_OF_PERSONS: readonly IntentionKind[] = ['parkStale', 'expireParked', 'unparkOver'];
const WRITES: Record<Exclude<ReturnType<typeof judged>['kind'], 'leave' | 'final'>, IntentionKind> = {
  cancelQueued: 'cancelQueued',
  expireQueued: 'expireQueued',
  expireParked: 'expireParked',
  unpark: 'unparkOver',
  park: 'parkStale',
  requeue: 'requeueStale',
  finaliseStale: 'finaliseStale',
};

/** What it would write. Without its judgement it tries everything that the machine of a live run may receive. */
function intentions(rules: Scenario, { db }: World, run: number, byCancel: boolean): Intention[] {
  const { graph, off } = rules;
  const row = db.runs[run]!;
  if (graph.node(row.node).final) return [];
  if (off.has('supervisor.judge')) {
    const kinds = graph.asks ? [...KINDS, ...KINDS_OF_PERSONS] : KINDS;
    return kinds.map((kind) => intention(kind, row, run, byCancel));
  }
  const { kind } = judged({ row, graph, db }, byCancel);
  if (kind === 'leave' || kind === 'final') return [];
  if (kind === 'cancelQueued' && off.has('supervisor.sweepsQueued')) return [];
  return [intention(WRITES[kind], row, run, byCancel)];
}

function intention(kind: IntentionKind, row: Row, run: number, byCancel: boolean): Intention {
  const { epoch, lastSeq, node: from, cancel } = row;
  const base = { run, epoch, lastSeq, from };
  switch (kind) {
    case 'cancelQueued':
      return { ...base, kind, labels: [`CANCEL ${cancel ?? 'user'}`] };
    case 'expireQueued':
      return { ...base, kind, labels: ['EXPIRE'] };
    case 'requeueStale':
      return { ...base, kind, labels: ['REQUEUE'] };
    case 'parkStale':
      return { ...base, kind, labels: ['LOST'] };
    case 'expireParked':
      return { ...base, kind, labels: ['EXPIRE unattended'] };
    case 'unparkOver':
      return { kind, run, epoch, lastSeq };
    case 'finaliseStale':
      return { ...base, kind, labels: [`STALE ${cancel ?? 'supervisor'}`], byCancel, cancelSeen: cancel };
  }
}

export function gatewayMoves(rules: Scenario, world: World, index: number, emit: Emit): void {
  const gateway = world.gateways[index]!;
  const { phase, run } = gateway;
  const next = (changed: Gateway, more: Partial<World> = {}): World => ({
    ...world,
    ...more,
    gateways: world.gateways.with(index, changed),
  });
  if (phase === 'start') {
    const statement = { kind: 'recordCancel', run, by: 'user' } as const;
    const executed = execute(rules, world.db, statement);
    const { db, outcome } = executed;
    const title = `gateway ${index} records a cancel`;
    const row = db.runs[run]!;
    const over = { run, phase: 'over' } as const;
    const accepted: Gateway =
      row.owner === null
        ? { ...over, accepted: true }
        : { run, phase: 'telling', epoch: row.epoch, source: row.cancel!, accepted: true };
    const answered = outcome === 'stored' ? accepted : over;
    emit({ title, statement, executed, to: next(answered, { db }) });
    if (outcome === 'stored' && world.faults > 0 && rules.faults.has('lostAnswer')) {
      const to = next({ phase: 'over', run }, { db, faults: world.faults - 1 });
      emit({ title: `${title}, but the answer is lost`, unfair: true, statement, executed, to });
    }
  }
  if (phase === 'telling') {
    world.owners.forEach((owner, at) => {
      const { actor } = owner;
      if (owner.process !== 'up' || actor?.run !== run || actor.epoch !== gateway.epoch) return;
      const changed: Owner = { ...owner, actor: takeCancel(rules.graph, actor, gateway.source ?? null) };
      const to = next({ run, phase: 'over', accepted: true }, { owners: world.owners.with(at, changed) });
      emit({ title: `gateway ${index} tells ${owner.name}`, unfair: true, to });
    });
  }
}

/** Nobody has to answer. */
export function personMoves(rules: Scenario, world: World, index: number, emit: Emit): void {
  const person = world.persons[index]!;
  const { run, phase } = person;
  const row = world.db.runs[run]!;
  const next = (changed: Person, db = world.db): World => ({
    ...world,
    db,
    persons: world.persons.with(index, changed),
  });
  if (phase === 'start' && rules.graph.node(row.node).asks) {
    const to = next({ run, phase: 'answering', attempt: row.attempt });
    emit({ title: `person ${index} is shown the question of attempt ${row.attempt}`, unfair: true, to });
  }
  if (phase === 'answering') {
    const attempt = person.attempt!;
    const statement = { kind: 'recordAnswer', run, attempt } as const;
    const executed = execute(rules, world.db, statement);
    const over = { run, phase: 'over', attempt } as const;
    const changed: Person = executed.outcome === 'stored' ? { ...over, accepted: true } : over;
    const title = `person ${index} answers`;
    emit({ title, unfair: true, statement, executed, to: next(changed, executed.db) });
    if (world.faults > 0 && rules.faults.has('lateStatement')) {
      const to = { ...next(over), network: [...world.network, statement], faults: world.faults - 1 };
      emit({ title: `${title}, but the statement is on its way for long`, unfair: true, to });
    }
  }
}

export function networkMoves(rules: Scenario, world: World, emit: Emit): void {
  world.network.forEach((statement, index) => {
    const executed = execute(rules, world.db, statement);
    const to = { ...world, db: executed.db, network: world.network.toSpliced(index, 1) };
    emit({ title: `a ${statement.kind} arrives late`, unfair: true, statement, executed, to });
  });
}

/** The database's clock. A live owner that hears from the database renews its lease, or has given up before it ends. */
export function timeMoves({ graph, off, impatient }: Scenario, world: World, emit: Emit): void {
  world.db.runs.forEach((row, run) => {
    if (graph.node(row.node).final) return;
    const pass = (what: Passage, title: string, change: object) =>
      emit({
        title,
        passes: { run, what },
        to: { ...world, db: withRow(world.db, run, { ...row, ...change }) },
      });
    const actor = ({ process, actor }: Owner) =>
      process === 'up' && actor?.run === run && actor.epoch === row.epoch ? actor : undefined;
    const kept = world.owners.find((owner) => owner.name === row.owner && actor(owner));
    if (row.lease === 'held' && (!kept || kept.actor?.forgotten || off.has('owner.fencesItself')))
      pass('leaseOver', `the lease of run ${run} is over`, { lease: 'over' });
    if (row.cancel !== null && !row.overdue && (!kept || kept.actor?.hung))
      pass('overdue', `the cancel of run ${run} is overdue`, { overdue: true });
    const awaited = world.owners.some(({ process, draining }) => process === 'up' && !draining);
    if (row.owner === null && !row.queueOver && (impatient || !awaited))
      pass('queueOver', `run ${run} has waited too long`, { queueOver: true });
    if (graph.node(row.node).asks && !row.personOver)
      pass('personOver', `the time of the person of run ${run} is over`, { personOver: true });
  });
}

export function processMoves({ faults }: Scenario, world: World, emit: Emit): void {
  world.owners.forEach((owner, index) => {
    const { name, process, actor: _actor, chosen: _lock, ...rest } = owner;
    const change = (changed: Owner, left: number) => ({
      ...world,
      owners: world.owners.with(index, changed),
      faults: left,
    });
    const left = world.faults - 1;
    if (process === 'paused')
      emit({ title: `SIGCONT ${name}`, unfair: true, to: change({ ...owner, process: 'up' }, world.faults) });
    if (process === 'dead' || left < 0) return;
    if (faults.has('kill')) {
      const to = change({ ...rest, name, process: 'dead' }, left);
      emit({
        title: `kill -9 ${name}`,
        unfair: true,
        died: name,
        to: { ...to, db: { ...to.db, gone: [...to.db.gone, name] } },
      });
    }
    if (faults.has('pause') && process === 'up' && owner.actor) {
      const actor = { ...owner.actor, slept: true } as const;
      emit({
        title: `SIGSTOP ${name}`,
        unfair: true,
        to: change({ ...owner, actor, process: 'paused' }, left),
      });
    }
  });
}
