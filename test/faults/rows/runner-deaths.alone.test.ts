/* Runs whose runner is killed, in whatever state, become final in time, keep their steps and leave no browser. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isEntering, isEvent } from '../../support/http/sse.ts';
import { installHeldCommits } from '../../support/servers/held-commits.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { createStack } from '../../support/stack/stack.ts';
import { startLabelled } from '../../support/stack/use-stack.ts';
import { SLACK_MS } from '../scale.ts';
import {
  allReached,
  expectTidied,
  type Fate,
  killAndJudge,
  type Scene,
  startDoomed,
  statesOf,
} from './doomed.ts';

const SWEEP_MS = 1_000;
/** Enough for the steps of a clean-up to come as far as they are to, also on a busy machine. */
const GRACE_MS = 1_800;
/** The grace budget may be 0.3 of it. */
const LEASE_MS = 6_000;

let scene: Scene;
let site: TestSite;

beforeAll(async () => {
  const env = {
    GHOSTLY_LEASE_MS: String(LEASE_MS),
    GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS),
    RUNNER_SLOTS: '16',
  };
  const [stack, opened] = await Promise.all([createStack({ env }), startSite()]);
  site = opened;
  const [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  scene = {
    stack,
    client: await stack.clientOf(gateway),
    baseUrl: site.url,
    commits: await installHeldCommits(stack.databaseUrl),
    withinMs: LEASE_MS + SWEEP_MS + SLACK_MS,
  };
});
afterAll(() => site?.close());

const PLAIN = { action: 'goto', url: '/plain' };
const ENDLESS = { action: 'waitForSelector', selector: '#nope' };
const ACTING = 'running.stepping.acting';

/** One that is held in the state it is named for, cancelled while it acts if that state is one of cancelling. */
const heldIn = (state: string, flow: Partial<Fate> = {}): Fate => ({
  name: state,
  steps: [PLAIN, ENDLESS],
  hold: { state },
  ...(state.startsWith('cancelling') && { cancelOn: isEvent('step_start', 1) }),
  ...flow,
});

const SUB_STATES: Fate[] = [
  // Where it is launched, settles or closes is stored only if that takes long, as it does below: here the machine is there,
  // and what is stored is the state before.
  heldIn('running.queued'),
  heldIn('running.stepping.checkpoint', { steps: [PLAIN] }),
  heldIn(ACTING),
  heldIn('cancelling.finishing', { steps: [PLAIN, { action: 'goto', url: '/gate?atomic', atomic: true }] }),
  heldIn('cancelling.aborting'),
  heldIn('cancelling.cleaning', {
    onCancel: [PLAIN, { action: 'goto', url: '/never?cleaning' }],
    standsOn: isEvent('cleanup_start', 1),
  }),
];

async function killHeld(fates: readonly Fate[]) {
  // All are cancelled at once: a cancel that is held while others still start would run into its deadline.
  const mayCancel = Promise.withResolvers<void>();
  const doomed = await Promise.all(fates.map((fate) => startDoomed(scene, fate, mayCancel.promise)));
  const runner = await scene.stack.start('runner');
  await Promise.all(doomed.map(({ reached }) => reached));
  mayCancel.resolve();
  await allReached(scene, doomed);
  return { doomed, runner };
}

test('row 1: a runner killed with runs in each sub-state: all are final in time, keep their steps, and leave nothing', async () => {
  const { doomed, runner } = await killHeld(SUB_STATES);
  expect(await statesOf(scene, doomed)).toEqual(
    Object.fromEntries(SUB_STATES.map(({ name }) => [name, name])),
  );
  await killAndJudge(scene, runner, doomed);
  await expectTidied(scene.stack);
});

/** The only browser there is stops answering: no context on it opens or closes any more. */
async function hangBrowser() {
  const found = await browsersWith(scene.stack.home);
  expect(found).toHaveLength(1);
  process.kill(found[0]!.pid, 'SIGSTOP');
  return found[0]!;
}

test('row 1: a runner killed while it kills a browser by force', async () => {
  // A forced cancel closes its context first: only one that does not close costs the browser.
  const fate = heldIn('cancelling.killing', { mode: 'force', beforeCancel: hangBrowser });
  const { doomed, runner } = await killHeld([fate]);
  expect(await statesOf(scene, doomed)).toEqual({ 'cancelling.killing': 'cancelling.killing' });
  await killAndJudge(scene, runner, doomed);
});

test('row 1: a runner killed while its browser hangs, one run being launched on it and one being closed', async () => {
  const runner = await scene.stack.start('runner');
  const hung = Promise.withResolvers<void>();
  const closing = await startDoomed(
    scene,
    heldIn('cancelling.closing', { beforeCancel: () => hung.promise }),
  );
  await closing.watch.until(isEvent('step_start', 1));
  const browser = await hangBrowser();
  // The same project, and so the same browser.
  const launching = await startDoomed(scene, heldIn('running.launching'));
  await launching.watch.until(isEntering('running.launching'));
  hung.resolve();
  await closing.cancelled;
  await closing.watch.until(isEntering('cancelling.closing'));
  expect(await statesOf(scene, [closing, launching])).toEqual({
    'cancelling.closing': 'cancelling.closing',
    'running.launching': 'running.launching',
  });
  await killAndJudge(scene, runner, [closing, launching], { browserHangs: true });
  expect((await browsersWith(scene.stack.home)).map(({ pid }) => pid)).toEqual([browser.pid]);
  await expectTidied(scene.stack);
  expect(await browsersWith(scene.stack.home)).toEqual([]);
});

/** STYLE 18: the durable scenarios once more, with the process killed after each stored transition. */
const NORMAL: Fate[] = Array.from({ length: 6 }, (_, n) => ({
  name: `a run after its stored transition ${n + 1}`,
  steps: [PLAIN, PLAIN],
  hold: { after: n + 1 },
}));
const CANCELLED: Fate[] = Array.from({ length: 6 }, (_, n) => ({
  name: `a run with ${n} transitions stored since its cancel`,
  steps: [PLAIN, ENDLESS],
  onCancel: [PLAIN],
  hold: { after: n },
  cancelOn: isEvent('step_start', 1),
}));

test('row 1: a runner killed after each stored transition of a run, and of one that is cancelled', async () => {
  const { doomed, runner } = await killHeld([
    ...NORMAL,
    ...CANCELLED,
    // The others cannot be held there: they pass it too quickly.
    heldIn('running.stepping.checkpoint', { steps: [PLAIN] }),
    // On a slow machine the end is stored later than after six: fewer are stored together.
    heldIn('pass', { steps: [PLAIN] }),
    heldIn('fail', { cancelOn: isEvent('step_start', 1) }),
  ]);
  const states = Object.values(await statesOf(scene, doomed));
  // Transitions that come in quick succession may be stored as one, so that not every state need be among them.
  expect(states).toEqual(
    expect.arrayContaining(['running.stepping.checkpoint', ACTING, 'pass', 'cancelling.aborting', 'fail']),
  );
  await killAndJudge(scene, runner, doomed);
  await eventually(() => expect(site.open('/never?cleaning')).toBe(0));
  await expectTidied(scene.stack);
});

test('row 31: a runner that is killed while it writes a trace loses nothing of what was kept', async () => {
  for (let kill = 1; kill <= share(2, 10); kill += 1) {
    const label = `killed-trace-${kill}`;
    const runner = await startLabelled(scene.stack, label);
    // Each step has something for the trace, so the kill comes while that is redacted, packed or kept.
    const loads = Array.from({ length: 24 }, (_, n) => ({ action: 'goto', url: n % 2 ? '/plain' : '/form' }));
    const flow = { baseUrl: site.url, steps: [...loads, ENDLESS], runnerLabels: [label] };
    const id = await scene.client.start(flow);
    const traceOf = () => scene.client.request('GET', `/v1/runs/${id}/playwright-trace/files/1-trace.trace`);
    const watch = await scene.client.watch(id);
    await watch.until(isEvent('step_success', 2 * kill));
    const { text: before } = await eventually(async () => {
      const answer = await traceOf();
      expect(answer.status).toBe(200);
      return answer;
    });
    runner.signal('SIGKILL');
    await runner.exited;
    await watch.ended();
    const { text: after } = await traceOf();
    expect(after.startsWith(before)).toBe(true);
    for (const line of after.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('type');
  }
  await expectTidied(scene.stack);
});
