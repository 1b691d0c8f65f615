/*
 * Runs whose runner is to be killed where they stand, and what must hold of each afterwards. Owns nothing: the stack and
 * the site belong to the test.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client, FlowStep, RunView } from '../../support/http/client.ts';
import { cutStep, expectWholeStream } from '../../support/http/run-stream.ts';
import { isRunEnd, type SsePredicate, type Watch } from '../../support/http/sse.ts';
import type { HeldCommits, Hold } from '../../support/servers/held-commits.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import type { ServiceProcess, Stack } from '../../support/stack/stack.ts';

export interface Fate {
  name: string;
  steps: FlowStep[];
  onCancel?: FlowStep[];
  hold?: Hold;
  /** Seen on its stream where it stands, in a state that it may enter and go on in. */
  standsOn?: SsePredicate;
  /** It is cancelled when this has been seen on its stream. */
  cancelOn?: SsePredicate;
  /** What has to be done between that and its cancel. */
  beforeCancel?: () => Promise<unknown>;
  mode?: 'force';
}

export interface Doomed extends Fate {
  id: string;
  watch: Watch;
  /** Resolves when it is where it is to be cancelled, if it is to be. */
  reached: Promise<unknown>;
  /** Resolves when its cancel, if there is one, was answered. */
  cancelled: Promise<void>;
}

export interface Scene {
  stack: Stack;
  client: Client;
  baseUrl: string;
  commits: HeldCommits;
  /** How long after the kill a run may take to its end, ms. */
  withinMs: number;
}

/** Time for each of a dozen runs to get where it is to be killed; nothing is judged by it. */
const REACHED_MS = 60_000;

/**
 * Starts it with its hold; before there is a runner, so that the hold is there first. One that is cancelled is held only
 * where that is to be, however many transitions its way there took. It is not cancelled before `mayCancel` resolves.
 */
export async function startDoomed(
  { client, baseUrl, commits }: Scene,
  fate: Fate,
  mayCancel?: Promise<void>,
): Promise<Doomed> {
  const { steps, onCancel, hold, cancelOn, beforeCancel, mode } = fate;
  const id = await client.start({ baseUrl, steps, ...(onCancel && { onCancel }) });
  if (hold && !cancelOn) await commits.hold(id, hold);
  const watch = await client.watch(id);
  const reached = cancelOn ? watch.until(cancelOn, REACHED_MS) : Promise.resolve();
  const cancel = async () => {
    await reached;
    if (hold) await commits.hold(id, hold);
    await mayCancel;
    await beforeCancel?.();
    const reply = await client.cancel(id, mode && { body: { mode } });
    expect(reply.body, fate.name).toEqual({ ok: true, id, status: 'cancelling' });
  };
  const cancelled = cancelOn ? cancel() : Promise.resolve();
  cancelled.catch(() => undefined); // its awaiter hears of it, and a test that failed before does not
  return { ...fate, id, watch, reached, cancelled };
}

/** Waits until all are cancelled where they were to be, and held. */
export async function allReached({ commits }: Scene, doomed: readonly Doomed[]): Promise<void> {
  await Promise.all(doomed.map(({ cancelled }) => cancelled));
  await Promise.all(doomed.map(({ watch, standsOn }) => standsOn && watch.until(standsOn, REACHED_MS)));
  const ids = doomed.filter(({ hold }) => hold).map(({ id }) => id);
  await eventually(
    async () => {
      const reached = await commits.reached();
      expect(doomed.filter(({ id }) => ids.includes(id) && !reached.includes(id))).toEqual([]);
    },
    { timeoutMs: REACHED_MS },
  );
}

export async function statesOf({ stack }: Scene, doomed: readonly Doomed[]): Promise<Record<string, string>> {
  const ids = doomed.map(({ id }) => id);
  const found = await rows<{ id: string; state: string }>(
    stack.databaseUrl,
    'select id, state from runs where id = any($1)',
    [ids],
  );
  return Object.fromEntries(
    doomed.map(({ id, name }) => [name, found.find((row) => row.id === id)?.state ?? 'missing']),
  );
}

/** Kills the runner, and sees each of its runs to the end it has to come to, or back into the queue (I5, I6, I8, I9). */
export async function killAndJudge(
  scene: Scene,
  runner: ServiceProcess,
  doomed: readonly Doomed[],
  { browserHangs = false } = {},
): Promise<void> {
  const { stack, client, withinMs } = scene;
  const before = new Map<string, RunView>();
  for (const { id } of doomed) before.set(id, await client.read(id, '?hints=1'));
  const killed = performance.now();
  runner.signal('SIGKILL');
  await runner.exited;

  await Promise.all(
    doomed.map(async ({ id, name, watch, cancelOn }) => {
      const had = before.get(id)!;
      if (UNBEGUN.includes(had.state)) await judgeReturned(scene, id, killed);
      const messages = await watch.ended(withinMs + 5_000);
      const payload = expectWholeStream(messages);
      const run = await client.read(id);
      if (had.status === 'pass' || had.status === 'fail') {
        expect(run, name).toEqual(had);
        return;
      }
      if (UNBEGUN.includes(had.state)) {
        expect({ name, payload }).toEqual({
          name,
          payload: { status: 'fail', cancelled: true, source: 'user' },
        });
        expect(run, name).toMatchObject({ status: 'fail', stopReason: 'cancelled', steps: [] });
        expect(run.attempt, name).toBeUndefined();
        return;
      }
      const source = cancelOn === undefined ? 'supervisor' : 'user';
      const end = { status: 'fail', cancelled: true, source, staleAfterRestart: true };
      expect({ name, payload }).toEqual({ name, payload: end });
      expect(messages.find(isRunEnd)!.came - killed, name).toBeLessThan(withinMs);
      expect(
        run.events.filter(({ type }) => type === 'run_end'),
        name,
      ).toHaveLength(1);
      expect(run, name).toMatchObject({ status: 'fail', stopReason: 'stale', cancel: { stale: true } });
      const cut = cutOf(had);
      expect({ name, steps: run.steps, onCancel: run.onCancel ?? [] }).toEqual({
        name,
        steps: [...had.steps, ...cut.step],
        onCancel: [...(had.onCancel ?? []), ...cut.cleanup],
      });
      expect(run.events.slice(0, had.events.length), name).toEqual(had.events);
      const ended = run.events.slice(had.events.length).filter(({ type }) => STEP_EVENT.test(type ?? ''));
      const reported = (['step', 'cleanup'] as const).flatMap((phase) =>
        cut[phase].map(({ index, error }) =>
          expect.objectContaining({
            type: `${phase}_failure`,
            stepIndex: index,
            payload: expect.objectContaining({ error, interrupted: true }),
          }),
        ),
      );
      expect(ended, name).toEqual(reported);
    }),
  );
  // One that hangs cannot notice that its runner is gone: the next runner ends it.
  const noBrowser = async () => expect(await browsersWith(stack.home)).toEqual([]);
  if (!browserHangs) await eventually(noBrowser, { timeoutMs: 3_000 });
}

/** Where nothing of a run's flow has begun: it waits again, for the next runner or until it is cancelled. */
const UNBEGUN = ['running.queued', 'running.launching'];

async function judgeReturned({ client, withinMs }: Scene, id: string, killed: number): Promise<void> {
  await eventually(
    async () =>
      expect((await client.read(id)).events).toContainEqual(
        expect.objectContaining({ payload: expect.objectContaining({ attempt: 1, returned: true }) }),
      ),
    { timeoutMs: withinMs - (performance.now() - killed) },
  );
  expect((await client.cancel(id)).status).toBe(200);
}

const STEP_EVENT = /^(step|cleanup)_/;

/** While a run is in one of these, a step has begun and not ended: one of its flow, or one that cleans up. */
const IN_FLIGHT = {
  step: ['running.stepping.acting', 'cancelling.finishing', 'cancelling.aborting'],
  cleanup: ['cancelling.cleaning'],
};

/** The outcome of the step that the loss of its runner cuts off, if one was under way (I9). */
function cutOf({ id, state, steps, onCancel = [], events }: RunView) {
  const cutIn = (phase: keyof typeof IN_FLIGHT, { length }: readonly unknown[]) => {
    const begun = events.filter(({ type }) => type === `${phase}_start`);
    expect(begun.length, `${id} in ${state}`).toBe(length + (IN_FLIGHT[phase].includes(state) ? 1 : 0));
    return begun.slice(length).map(({ payload }) => {
      const { action } = payload!.step as FlowStep;
      return cutStep(length, action, 'its runner was lost');
    });
  };
  return { step: cutIn('step', steps), cleanup: cutIn('cleanup', onCancel) };
}

/** The next runner's janitor takes away what killed ones left. */
export async function expectTidied(stack: Stack): Promise<void> {
  const next = await stack.start('runner');
  const folders = await readdir(join(stack.home, 'tmp'));
  expect(folders).toEqual([expect.stringContaining(`runner-${next.pid}-`)]);
  await next.stop();
}
