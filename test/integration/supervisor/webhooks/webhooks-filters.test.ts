/* The runs of which a webhook is sent messages, and what those say. */
import { beforeEach, describe, expect, it } from 'vitest';
import { readRun } from '#shared/adapters/database/run-views/read.ts';
import {
  changeWebhook,
  findWebhook,
  type WebhookFilter,
} from '#shared/adapters/database/webhooks/webhooks.ts';
import type { WebhookRun } from '#shared/api/contract/webhooks/webhooks.ts';
import { presentRunDetail } from '../../../../services/gateway/runs/present.ts';
import {
  BEGUN,
  CHECKED,
  CLAIM,
  LAUNCHED,
  OPTIONAL_FAILED,
  SETTLED,
  STEP_FAILED,
  type TestEvent,
} from '../../../support/database/runs.ts';
import { startReceiver, verified } from '../../../support/servers/webhook-receiver.ts';
import { useSupervisor } from '../fixture.ts';
import { useWebhooks } from './webhooks-fixture.ts';

const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);
beforeEach(() => supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade'));

const NOWHERE = 'http://127.0.0.1:1/';
const STEP_TITLED: TestEvent = {
  type: 'xstate.done.actor.step',
  output: { at: 1_000, ok: true, title: 'Your basket' },
};
const CALLED = { name: 'checkout', labels: ['team:checkout', 'nightly'] };

describe('a webhook with a filter', () => {
  it.each<[string, WebhookFilter, boolean]>([
    ['the name', { name: 'checkout' }, true],
    ['a part of the name', { name: 'check' }, false],
    ['the name in another case', { name: 'Checkout' }, false],
    ['one of the labels', { labels: ['nightly'] }, true],
    ['all of the labels', { labels: ['nightly', 'team:checkout'] }, true],
    ['a label more', { labels: ['nightly', 'eu'] }, false],
    ['name and label', { name: 'checkout', labels: ['nightly'] }, true],
    ['the label, and another name', { name: 'search', labels: ['nightly'] }, false],
  ])('by %s gets a run that fits, and of another nothing is noted', async (_, filter, fits) => {
    const { id } = await webhooks.add(NOWHERE, undefined, filter);
    await supervisor.queue(60_000, CALLED);
    await supervisor.queue(60_000);
    expect((await webhooks.stored(id)).map(({ type }) => type)).toEqual(fits ? ['run.queued'] : []);
  });

  it('is notified by it from its change on; a field that is left out stays as it was', async () => {
    const { id } = await webhooks.add(NOWHERE, ['run.queued'], { name: 'search', labels: ['nightly'] });
    const change = (filter: WebhookFilter) =>
      changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { filter } });
    const noted = async () => (await webhooks.stored(id)).length;
    await supervisor.queue(60_000, CALLED);
    expect(await noted()).toBe(0);
    await change({ name: 'checkout' });
    await supervisor.queue(60_000, CALLED);
    await supervisor.queue(60_000, { name: 'checkout' });
    expect(await noted()).toBe(1);
    expect(await change({ name: '' })).toMatchObject({ filterName: null, filterLabels: ['nightly'] });
    await supervisor.queue(60_000, { labels: ['nightly'] });
    expect(await noted()).toBe(2);
    expect(await change({ labels: [] })).toMatchObject({ filterName: null, filterLabels: [] });
    await supervisor.queue(60_000);
    expect(await noted()).toBe(3);
    await changeWebhook(supervisor.sql, { ...webhooks.change(id), fields: { description: 'as it was' } });
    const found = await findWebhook(supervisor.sql, supervisor.account.projectId, id);
    expect(found).toMatchObject({ filterName: null, filterLabels: [] });
  });
});

describe('I16: the message of the end of a run', () => {
  async function messageOf(finish: () => Promise<{ id: string }>): Promise<WebhookRun> {
    await using receiver = await startReceiver();
    const { secret } = await webhooks.add(receiver.url, ['run.finished']);
    await using _delivering = webhooks.deliver();
    const { id } = await finish();
    await receiver.until(({ received }) => expect(received).toHaveLength(1));
    const message = verified(secret, receiver.received[0]!) as { data: { run: WebhookRun } };
    const { run } = message.data;
    const read = await readRun(supervisor.sql, id, {
      viewerId: supervisor.account.userId,
      seesAll: true,
      webhooks: 'nobody',
    });
    const { cancel, ...shown } = presentRunDetail(read!.detail!, {});
    const { cancel: reported, stepsDone: _, ...fields } = run;
    expect(shown).toMatchObject(fields);
    expect(cancel ?? {}).toMatchObject(reported ?? {});
    return run;
  }

  it('has its name, labels, title, outcome and steps, in the words of the API', async () => {
    const all = [CLAIM, LAUNCHED, BEGUN, STEP_TITLED, BEGUN, STEP_TITLED, CHECKED, SETTLED];
    const run = await messageOf(() => supervisor.claimed(all, undefined, CALLED));
    expect(run).toMatchObject({
      name: 'checkout',
      labels: ['nightly', 'team:checkout'],
      title: 'Your basket',
      status: 'pass',
      outcome: 'pass',
      stepCount: 2,
      stepsDone: 2,
    });
  });

  it('does not count the step that failed as done, and has no labels and title where there are none', async () => {
    const all = [CLAIM, LAUNCHED, BEGUN, STEP_FAILED, CHECKED, SETTLED];
    const run = await messageOf(() => supervisor.claimed(all));
    expect(run).toMatchObject({ status: 'fail', outcome: 'fail', stepCount: 2, stepsDone: 0 });
    for (const field of ['name', 'labels', 'title']) expect(run).not.toHaveProperty(field);
  });

  it('counts an optional step that failed as done', async () => {
    const all = [CLAIM, LAUNCHED, BEGUN, STEP_TITLED, BEGUN, OPTIONAL_FAILED, CHECKED, SETTLED];
    const run = await messageOf(() => supervisor.claimed(all));
    expect(run).toMatchObject({ status: 'pass', stepCount: 2, stepsDone: 2 });
  });

  it('says whether it was cancelled or lost', async () => {
    const cancelled = await messageOf(async () => {
      const run = await supervisor.queue();
      await supervisor.cancel(run.id);
      await supervisor.sweep();
      return run;
    });
    expect(cancelled).toMatchObject({ status: 'fail', outcome: 'cancelled', stepsDone: 0 });
    await supervisor.sql.rows('truncate webhooks, webhook_deliveries cascade');
    const lost = await messageOf(async () => {
      const run = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN, STEP_TITLED]);
      await supervisor.sweep();
      return run;
    });
    expect(lost).toMatchObject({ status: 'fail', outcome: 'lost', stepCount: 2, stepsDone: 1 });
  });

  it('is stored with the fields that are for its receiver, and none of the machine', async () => {
    const { id } = await webhooks.add(NOWHERE, ['run.finished']);
    await supervisor.claimed([CLAIM, LAUNCHED, BEGUN, STEP_TITLED, BEGUN, STEP_FAILED, CHECKED, SETTLED]);
    const [stored] = await supervisor.sql.rows<{ facts: object }>(
      'select facts from webhook_deliveries where webhook_id = $1',
      [id],
    );
    expect(stored?.facts).toMatchObject({ title: 'Your basket', stepCount: 2, stepsDone: 1 });
    for (const field of ['stepsEnded', 'lastStepOk', 'labels'])
      expect(stored?.facts).not.toHaveProperty(field);
  });

  it('lacks what is not known of a run whose snapshot is not as it was thought to be, and refuses no commit', async () => {
    const run = await messageOf(async () => {
      const broken = await supervisor.orphaned([CLAIM, LAUNCHED], CALLED);
      const snapshot = JSON.stringify({
        machine: { context: { done: 'x', stepTimeouts: {}, title: ['x'] } },
      });
      await supervisor.set(broken.id, `snapshot = '${snapshot}'`);
      await supervisor.sweep();
      return broken;
    });
    expect(run).toMatchObject({ status: 'fail', name: 'checkout' });
    for (const field of ['stepCount', 'stepsDone', 'title']) expect(run).not.toHaveProperty(field);
  });
});
