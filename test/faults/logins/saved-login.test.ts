/* I1: a runner killed while it saves a login leaves the version before, or the next one and a stored pass. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Profile } from '#shared/api/contract/profiles/profiles.ts';
import { rows } from '../../support/database/rows.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { isEvent } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { ROTATING, type RotatingSite, startRotatingSite } from '../../support/sites/rotating-site.ts';
import { createStack, type Stack } from '../../support/stack/stack.ts';
import { startLabelled } from '../../support/stack/use-stack.ts';
import { expectTidied } from '../rows/doomed.ts';

let stack: Stack;
let site: RotatingSite;
let client: Client;

beforeAll(async () => {
  [stack, site] = await Promise.all([createStack(), startRotatingSite()]);
  const [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.[Symbol.asyncDispose]());

const LOG_IN: FlowStep[] = [
  { action: 'goto', url: '/' },
  { action: 'fill', selector: '#user', value: ROTATING.user, secret: false },
  { action: 'fill', selector: '#password', value: ROTATING.password, secret: false },
  { action: 'fill', selector: '#code', value: ROTATING.code, secret: false },
  { action: 'click', selector: '#in' },
  { action: 'waitForSelector', selector: '#who' },
];
const NAME = 'doomed';
const KILLS = share(4, 40);
/** A save takes less, from the end of the last step to the commit of the pass: the last kill comes after it. */
const SAVE_MS = 400;

async function profile(): Promise<Profile> {
  const all = await client.request<Profile[]>('GET', `/v1/projects/${await client.project()}/profiles`);
  return all.body.find(({ name }) => name === NAME)!;
}

test(`row 32: a runner that is killed at any moment of a save leaves the login before, or has stored the pass with the next (I1)`, async () => {
  await client.request('PUT', `/v1/projects/${await client.project()}/profiles/${NAME}`, { body: {} });
  const outcomes = { saved: 0, before: 0 };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const label = `saves-${kill}`;
    const runner = await startLabelled(stack, label);
    const before = await profile();
    const id = await client.start({
      baseUrl: site.url,
      steps: LOG_IN,
      runnerLabels: [label],
      profile: { name: NAME, apply: false, save: 'on_pass' },
    });
    const watch = await client.watch(id);
    await watch.until(isEvent('step_success', LOG_IN.length - 1));
    await delay((SAVE_MS * kill) / (KILLS - 1));
    runner.signal('SIGKILL');
    await runner.exited;
    await watch.ended(30_000);
    const { status } = await client.read(id);
    const after = await profile();
    const isSaved = after.versions[0]?.runId === id;
    expect(isSaved).toBe(status === 'pass');
    expect(after.current).toBe(isSaved ? after.versions[0]?.version : before.current);
    outcomes[isSaved ? 'saved' : 'before'] += 1;
  }
  console.log(`${KILLS} kills: ${outcomes.saved} after the pass, ${outcomes.before} before it`);
  const label = 'saves-last';
  const runner = await startLabelled(stack, label);
  const use = { baseUrl: site.url, steps: LOG_IN, runnerLabels: [label] };
  for (const profile of [{ name: NAME, apply: false, save: 'on_pass' }, { name: NAME }]) {
    const watch = await client.watch(await client.start({ ...use, profile }));
    await watch.ended(30_000);
  }
  const left = await rows(stack.databaseUrl, 'select from profile_versions where saved_at is null');
  expect(left).toEqual([]);
  await runner.stop();
  await expectTidied(stack);
}, 600_000);
