/* I11: a webhook is disabled with the loss of its maker, and another owner enables it with a new secret. */
import { describe, expect, it } from 'vitest';
import { findDueWebhooks, takeDeliveries } from '#shared/adapters/database/webhooks/due.ts';
import type { Delivery } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import type { Webhook } from '#shared/api/contract/webhooks/webhooks.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const owner = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');
const project = `/v1/projects/${owner.projectId}`;
const webhooks = `${project}/webhooks`;

type Made = Webhook & { secret: string };
type Changed = Webhook & { secret?: string };

async function add(by: Person, body: object = { url: 'https://a.test/hook' }): Promise<Made> {
  const made = await call(gateway, 'POST', webhooks, { as: by, body });
  expect(made.status).toBe(201);
  return made.body as Made;
}
const read = async (id: string) =>
  (await call(gateway, 'GET', `${webhooks}/${id}`, { as: owner })).body as Webhook;
const messagesOf = async (id: string) =>
  (await call(gateway, 'GET', `${webhooks}/${id}/deliveries`, { as: owner })).body as Delivery[];
async function change(by: Person, id: string, body: object): Promise<Changed> {
  const answer = await call(gateway, 'PATCH', `${webhooks}/${id}`, { as: by, body });
  expectContract('changeWebhook', answer);
  return answer.body as Changed;
}

/** A further owner of the project, who has made a webhook. */
async function withMaker() {
  const maker = await createPerson(gateway);
  await addMember(gateway, owner.projectId, maker, 'owner');
  return { maker, made: await add(maker) };
}

const memberOf = (person: Person) => `${project}/members/${person.userId}`;
const LOSSES: Record<string, (maker: Person) => Promise<{ status: number }>> = {
  'removed from the project': (maker) => call(gateway, 'DELETE', memberOf(maker), { as: owner }),
  'no owner any more': (maker) =>
    call(gateway, 'POST', `${project}/members`, {
      as: owner,
      body: { email: maker.email, role: 'viewer' },
    }),
  'gone from the project by itself': (maker) => call(gateway, 'DELETE', memberOf(maker), { as: maker }),
  deleted: (maker) => call(gateway, 'DELETE', `/v1/users/${maker.userId}`, { as: admin }),
};

describe('I11: a webhook is disabled when its maker', () => {
  it.each(Object.entries(LOSSES))('is %s, and is sent nothing more', async (_, lose) => {
    const { maker, made } = await withMaker();
    await startRun(gateway, owner);
    expect(await messagesOf(made.id)).toHaveLength(1);
    const due = await findDueWebhooks(gateway.sql);
    expect(due.map(({ id }) => id)).toContain(made.id);
    expect((await lose(maker)).status).toBe(200);
    expect(await read(made.id)).toMatchObject({ state: 'disabled', disabled: { why: 'maker' } });
    await startRun(gateway, owner);
    expect(await messagesOf(made.id)).toHaveLength(1);
    expect((await findDueWebhooks(gateway.sql)).map(({ id }) => id)).not.toContain(made.id);
    // Also by a supervisor that had found it due before.
    expect(await takeDeliveries(gateway.sql, { webhookId: made.id, most: 8, withinMs: 60_000 })).toEqual([]);
  });

  it('is removed, also if it was switched off before', async () => {
    const { maker, made } = await withMaker();
    await change(owner, made.id, { enabled: false });
    await LOSSES['removed from the project']?.(maker);
    expect(await read(made.id)).toMatchObject({ disabled: { why: 'maker' } });
  });

  it('is no owner of its project any more, and not those of others, or in other projects', async () => {
    const { maker, made } = await withMaker();
    const own = await add(owner);
    const elsewhere = await call(gateway, 'POST', `/v1/projects/${maker.projectId}/webhooks`, {
      as: maker,
      body: { url: 'https://a.test/' },
    });
    await LOSSES['no owner any more']?.(maker);
    expect(await read(made.id)).toMatchObject({ state: 'disabled' });
    expect(await read(own.id)).toMatchObject({ state: 'enabled' });
    const path = `/v1/projects/${maker.projectId}/webhooks/${(elsewhere.body as Made).id}`;
    expect((await call(gateway, 'GET', path, { as: maker })).body).toMatchObject({ state: 'enabled' });
  });

  it('who is now the user who gave it its URL, is removed', async () => {
    const first = await withMaker();
    const second = await withMaker();
    const url = 'https://b.test/hook';
    expect(await change(second.maker, first.made.id, { url })).toMatchObject({ maker: second.maker.email });
    await LOSSES['removed from the project']?.(first.maker);
    expect(await read(first.made.id)).toMatchObject({ state: 'enabled' });
    await LOSSES['removed from the project']?.(second.maker);
    expect(await read(first.made.id)).toMatchObject({ disabled: { why: 'maker' } });
  });
});

describe('a webhook that lost its maker', () => {
  it('is enabled by another owner with a new secret, and is theirs', async () => {
    const { maker, made } = await withMaker();
    expect(made.maker).toBe(maker.email);
    await call(gateway, 'POST', `${webhooks}/${made.id}/secret`, { as: maker, body: {} });
    await LOSSES['removed from the project']?.(maker);
    const secrets = () =>
      gateway.sql.rows<{ secret: string; previous_secret: string | null }>(
        'select secret, previous_secret from webhooks where id = $1',
        [made.id],
      );
    const [before] = await secrets();
    expect(await change(owner, made.id, { description: 'theirs' })).not.toHaveProperty('secret');
    const enabled = await change(owner, made.id, { enabled: true });
    expect(enabled).toMatchObject({ state: 'enabled', maker: owner.email });
    expect(enabled.secret).toMatch(/^whsec_/);
    expect(enabled).not.toHaveProperty('previousSecretUntil');
    expect(await secrets()).toEqual([{ secret: enabled.secret, previous_secret: null }]);
    expect(enabled.secret).not.toBe(before?.secret);
    await startRun(gateway, owner);
    expect(await messagesOf(made.id)).toHaveLength(1);
  });

  it('keeps its secret when it is enabled, if it was switched off otherwise', async () => {
    const made = await add(owner);
    await change(owner, made.id, { enabled: false });
    expect(await change(owner, made.id, { enabled: true })).not.toHaveProperty('secret');
  });
});
