/*
 * What a runner does with a run, one step at a time, as `services/runner` does: claims it, tells its machine what its
 * effects did, stores that, beats, takes cancels, and gives up what it has lost. Pure.
 */
import {
  batchSize,
  givesUp,
  hasNews,
  losing,
  newActor,
  nodeOfActor,
  notified,
  owns,
  settled,
  takeCancel,
  withActor,
  writeOf,
} from './actor.ts';
import type { Label } from './machine-graph.ts';
import { CLOSES_IT } from './promises.ts';
import type { Db } from './row.ts';
import { type ClaimStatement, execute, nextToClaim, type Statement } from './statements.ts';
import type { Actor, Fault, Move, Owner, Scenario, World } from './world.ts';

export type Emit = (move: Move) => void;

const CLAIM_ONCE = 'schema.claimOnce';

export function ownerMoves(rules: Scenario, world: World, index: number, emit: Emit): void {
  const owner = world.owners[index]!;
  if (owner.process !== 'up') return;
  const { name, actor } = owner;
  const number = owner.claims + 1;
  const { graph, off } = rules;
  const may = (fault: Fault) => world.faults > 0 && rules.faults.has(fault);
  const next = (changed: Owner, db: Db = world.db): World => ({
    ...world,
    db,
    owners: world.owners.with(index, changed),
  });
  /** Something that need not happen, and that happens only so often. */
  const emitFault = (move: Move) =>
    emit({ ...move, unfair: true, to: { ...move.to, faults: world.faults - 1 } });

  for (const run of owner.closing ?? []) closed(run);
  if (actor) live(actor);
  else if (!owner.draining && !hasTaken()) claims();

  /** A run that it closes is not for it. */
  function leaves(run: number): boolean {
    return owner.closing?.includes(run) === true && !off.has('owner.leavesWhatItCloses');
  }

  /** The end of an actor that had lost its run. */
  function closed(run: number) {
    const rest = owner.closing!.toSpliced(owner.closing!.indexOf(run), 1);
    const { closing: _, ...others } = owner;
    const sameRun = actor?.run === run && off.has('owner.releasesByIdentity');
    const left: Owner = {
      ...others,
      ...(rest.length > 0 && { closing: rest }),
      ...(sameRun && { actor: { ...actor, forgotten: true } }),
    };
    emit({ title: `${name} has closed its browser of run ${run}`, to: next(left) });
  }

  function claims() {
    if (owner.chosen !== undefined)
      return claim({ kind: 'claim', run: owner.chosen, owner: name, number, chosen: true });
    const locked = world.owners.map(({ chosen }) => chosen);
    const left = world.db.runs.map((_, run) => (leaves(run) ? run : undefined));
    const run = nextToClaim(rules, world.db, name, [...locked, ...left]);
    if (run === undefined) return;
    if (rules.keyed) emit({ title: `${name} locks run ${run}`, to: next({ ...owner, chosen: run }) });
    else claim({ kind: 'claim', run, owner: name, number });
  }

  function claim(wanted: ClaimStatement): void {
    const closing = owner.closing?.includes(wanted.run) === true;
    const statement: ClaimStatement = closing ? { ...wanted, closing } : wanted;
    const executed = execute(rules, world.db, statement);
    const { outcome, db } = executed;
    const { chosen: _, ...waiting } = owner;
    const move = { title: `${name} claims run ${statement.run}`, statement, executed };
    if (outcome === 'stored') emit({ ...move, to: next(having(statement.run, db), db) });
    else emit({ ...move, to: next(executed.failed.includes(CLAIM_ONCE) ? answered() : waiting) });
    if (outcome === 'stored') goesWrong(move, { ...waiting, unsure: true });
  }

  /** A statement of which its sender does not hear, whether it takes effect now or later. */
  function goesWrong(move: { title: string; statement: Statement; executed: { db: Db } }, unsure: Owner) {
    const { title, ...rest } = move;
    if (may('lostAnswer') && move.executed.db !== world.db)
      emitFault({
        ...(rest as Move),
        title: `${title}, but the answer is lost`,
        to: next(unsure, move.executed.db),
      });
    if (may('lateStatement')) {
      const network = [...world.network, move.statement];
      emitFault({
        title: `${title}, but the statement is on its way for long`,
        to: { ...next(unsure), network },
      });
    }
  }

  /** Its claim is answered, though without a run. */
  function answered(): Owner {
    const { unsure: _, chosen: __, ...sure } = owner;
    return { ...sure, claims: number };
  }

  function having(run: number, db: Db): Owner {
    return { ...answered(), actor: newActor(graph, db, run) };
  }

  /** What its claim took whose answer was lost. */
  function hasTaken(): boolean {
    if (!owner.unsure) return false;
    const run = world.db.runs.findIndex(
      (row) =>
        row.owner === name && row.claim === number && row.lease === 'held' && graph.node(row.node).unowned,
    );
    if (run < 0) return false;
    emit({
      title: `${name} asks again, and has run ${run}`,
      to: next(having(run, world.db)),
      ...(leaves(run) && { broken: CLOSES_IT }),
    });
    return true;
  }

  function live(actor: Actor) {
    machineMoves(actor);
    if (actor.doubt === 'refused') rereads(actor);
    else if (hasNews(actor)) stores(actor);
    beats(actor);
    if (!actor.hung && graph.node(nodeOfActor(graph, actor)).awaits) waitsForPerson(actor);
    if (may('drain') && !owner.draining) drains(actor);
    if (owner.leaving) cancels(actor, 'cancels its run at last');
    if (may('cut'))
      emitFault({
        title: `${name} hears nothing more and stops its browser at 0.6 lease`,
        to: next(losing(owner)),
      });
    if (may('hang') && !actor.hung)
      emitFault({
        title: `${name}: the machine hangs`,
        to: next({ ...owner, actor: { ...actor, hung: true } }),
      });
  }

  function machineMoves(actor: Actor) {
    if (actor.hung) return;
    const { waits, next: labels } = graph.node(nodeOfActor(graph, actor));
    // Before it asks: from then on, losing its runner does not fail the run.
    if (labels.includes('ASKED') && !actor.kept) keeps(actor);
    if (waits && hasNews(actor) && !off.has('owner.gate')) return;
    for (const label of labels) {
      const moved = notified(actor, label);
      const acts = label === 'BEGUN';
      const late = moved.late + (acts && !owns(world.db, owner) ? 1 : 0);
      emit({
        title: `${name}: ${label}`,
        to: next({ ...owner, actor: { ...moved, late } }),
        ...(late > 1 && { broken: 'I2: began a second effect after it had lost the run' }),
      });
    }
  }

  function stores(actor: Actor) {
    const size = actor.doubt ? actor.sent : batchSize(graph, actor);
    const statement = writeOf(graph, name, actor, size);
    const executed = execute(rules, world.db, statement);
    const { outcome, db } = executed;
    const title = `${name} ${actor.doubt ? 'again ' : ''}stores ${statement.labels.join(', ')}`;
    const move = { title, statement, executed };
    if (outcome === 'stored') {
      const cancel = off.has('owner.learnsByCommit') ? null : db.runs[actor.run]!.cancel;
      const informed = takeCancel(graph, settled(graph, actor, size), cancel);
      emit({ ...move, to: next(withActor(graph, owner, informed), db) });
    } else if (outcome === 'rejected') emit({ ...move, to: next(losing(owner)) });
    else emit({ ...move, to: next({ ...owner, actor: { ...actor, doubt: 'refused', sent: size } }) });
    if (!actor.doubt) goesWrong(move, { ...owner, actor: { ...actor, doubt: 'unknown', sent: size } });
  }

  /** Decides about a refusal like the transition writer. */
  function rereads({ doubt: _, ...actor }: Actor) {
    const row = world.db.runs[actor.run]!;
    const { to, events } = graph.walk(actor.committed, actor.pending.slice(0, actor.sent));
    const goesOn = (what: string, changed?: Actor) =>
      emit({
        title: `${name} re-reads: ${what}`,
        to: next(changed ? withActor(graph, owner, changed) : losing(owner)),
      });
    const returned = row.owner === null && row.epoch === actor.epoch + 1 && row.node === to;
    if (returned && givesUp(graph, to))
      return goesOn('its own return was stored', settled(graph, actor, actor.sent));
    if (row.owner !== name || row.epoch !== actor.epoch) return goesOn('it is not the owner any more');
    if (off.has('owner.recognisesOwnCommit') && row.lastSeq !== actor.lastSeq)
      return goesOn('goes on from the number it finds', { ...actor, lastSeq: row.lastSeq });
    if (row.lastSeq === actor.lastSeq + events.length)
      return goesOn(
        'its own commit was stored',
        takeCancel(graph, settled(graph, actor, actor.sent), row.cancel),
      );
    if (graph.node(row.node).final) return goesOn('it is final');
    if (row.lease === 'over') return goesOn('its lease is over');
    if (row.cancel !== null && givesUp(graph, to))
      return goesOn(
        'a cancel is recorded',
        takeCancel(graph, { ...actor, pending: [], sent: 0 }, row.cancel),
      );
    return goesOn('it is not the state it had');
  }

  function beats(actor: Actor) {
    if (actor.forgotten) return;
    const statement = { kind: 'heartbeat', run: actor.run, owner: name, epoch: actor.epoch } as const;
    const executed = execute(rules, world.db, statement);
    const { outcome, db } = executed;
    const move = { title: `${name} beats`, statement, executed };
    if (outcome !== 'stored') return emit({ ...move, to: next(losing(owner)) });
    const { cancel, lease } = db.runs[actor.run]!;
    const informed = takeCancel(graph, actor, off.has('owner.learnsByHeartbeat') ? null : cancel);
    const changes = informed !== actor || lease !== world.db.runs[actor.run]!.lease;
    return emit({ ...move, to: changes ? next({ ...owner, actor: informed }, db) : world });
  }

  /** On its runner, until it is answered, its time is over, or it is parked. */
  function waitsForPerson(actor: Actor) {
    const tell = (label: Label) =>
      emit({ title: `${name}: ${label}`, to: next({ ...owner, actor: notified(actor, label) }) });
    const { reopened } = graph.node(nodeOfActor(graph, actor));
    const row = world.db.runs[actor.run]!;
    // What people have answered is read of the database, by its owner alone.
    if (owns(world.db, owner) && row.answered === row.attempt) tell('ANSWERED');
    else if (owns(world.db, owner) && row.personOver) tell('UNANSWERED');
    if (!actor.kept) keeps(actor);
    else if (!reopened || owner.draining) tell('SEALED');
  }

  function keeps(actor: Actor) {
    const { run, epoch } = actor;
    const statement = { kind: 'keep', run, owner: name, epoch } as const;
    const executed = execute(rules, world.db, statement);
    const { outcome, db } = executed;
    const move = { title: `${name} keeps what run ${run} needs elsewhere`, statement, executed };
    if (outcome === 'stored') emit({ ...move, to: next({ ...owner, actor: { ...actor, kept: true } }, db) });
    else emit({ ...move, to: world });
    goesWrong(move, owner);
  }

  function drains(actor: Actor) {
    cancels(actor, 'drains', emitFault);
    if (graph.asks)
      emitFault({
        title: `${name} drains, and waits`,
        to: next({ ...owner, draining: true, leaving: true }),
      });
  }

  function cancels(actor: Actor, what: string, tell: Emit = emit) {
    const { run, epoch } = actor;
    const statement = { kind: 'recordCancel', run, by: 'shutdown', heldBy: { owner: name, epoch } } as const;
    const executed = execute(rules, world.db, statement);
    const cancel = executed.outcome === 'stored' ? executed.db.runs[run]!.cancel : null;
    const { leaving: _, ...rest } = owner;
    const cancelled: Owner = { ...rest, draining: true, actor: takeCancel(graph, actor, cancel) };
    tell({ title: `${name} ${what}`, statement, executed, to: next(cancelled, executed.db) });
  }
}
