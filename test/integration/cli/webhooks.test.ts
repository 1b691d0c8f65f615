/* I11: webhooks are added, filtered, switched and listened to by command; a new secret is printed alone. */
import { afterAll, expect, test } from 'vitest';
import type { Delivery, Webhook } from '#shared/api/client/index.ts';
import type { CommandContext } from '../../../services/cli/command.ts';
import { COMMANDS } from '../../../services/cli/command-table.ts';
import { dispatch } from '../../../services/cli/dispatch.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, startReceiver, verified } from '../../support/servers/webhook-receiver.ts';
import { addMember, call, createKey, createPerson, startRun, useGateway } from '../gateway/fixture.ts';

const gateway = await useGateway();
const person = await createPerson(gateway);
const key = await createKey(gateway, person, ['webhooks:read', 'webhooks:write']);
afterAll(() => gateway?.close());

/** The command in this process, until it ends or its output is closed. */
function ghostly(line: string, as = key) {
  const closing = new AbortController();
  const lines = { out: [] as string[], err: [] as string[] };
  const context: CommandContext = {
    env: { GHOSTLY_URL: gateway.url, GHOSTLY_API_KEY: as },
    cwd: '/',
    root: '/',
    out: (text) => lines.out.push(text),
    err: (text) => lines.err.push(text),
    outClosed: closing.signal,
  };
  return { ...lines, close: () => closing.abort(), ended: dispatch(COMMANDS, line.split(' '), context) };
}
async function done(line: string, as = key) {
  const command = ghostly(line, as);
  const code = await command.ended;
  return { code, out: command.out.join('\n'), err: command.err.join('\n') };
}
const json = async <T>(line: string): Promise<T> => JSON.parse((await done(`${line} --json`)).out);

test('webhooks are added with a secret that is printed alone, listed, rotated, switched off and on, and removed', async () => {
  const added = await done('webhooks add https://a.test/hook --events run.finished,run.stale');
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^whsec_\S+$/) });
  expect(added.err).toMatch(/^added \S+ for run\.stale, run\.finished; the secret is shown only now$/);
  const [webhook] = await json<Webhook[]>('webhooks');
  expect(webhook).toMatchObject({ url: 'https://a.test/hook', events: ['run.stale', 'run.finished'] });
  const { id } = webhook!;
  expect((await done('webhooks list')).out).toMatch(
    /^ID +URL +EVENTS +RUNS +MAKER +STATE\n\S+ +https:\/\/a\.test\/hook +run\.stale,run\.finished +all +person-\S+ +enabled$/,
  );
  const rotated = await done(`webhooks rotate ${id} --keep 2h`);
  expect(rotated.out).toMatch(/^whsec_/);
  expect(rotated.out).not.toBe(added.out);
  expect(rotated.err).toMatch(/^the secret before signs too until 20\S+ \S+; the secret is shown only now$/);
  expect((await done(`webhooks rotate ${id} --keep 0s`)).err).toContain('no longer signs');
  expect(await done(`webhooks disable ${id}`)).toMatchObject({ out: `disabled ${id}` });
  expect((await done('webhooks')).out).toContain('disabled (user)');
  expect(await done(`webhooks enable ${id}`)).toMatchObject({ out: `enabled ${id}` });
  expect((await done(`webhooks test ${id}`)).out).toMatch(/^sent a ping: \S+$/);
  expect(await done(`webhooks remove ${id}`)).toMatchObject({ code: 0, out: `removed ${id}` });
  expect(await json('webhooks')).toEqual([]);
});

test('webhooks are listed with when one that fails, or is held, is tried next', async () => {
  await done('webhooks add https://a.test/hook');
  const [webhook] = await json<Webhook[]>('webhooks');
  await gateway.sql.rows(
    `update webhooks set last_error = 'the answer was 429', held_until = clock_timestamp() + interval '1 h' where id = $1`,
    [webhook!.id],
  );
  expect((await done('webhooks')).out).toMatch(/ enabled: the answer was 429; next \d\d:\d\d:\d\d$/);
  await done(`webhooks remove ${webhook!.id}`);
});

test('webhooks without --project are those of the oldest project that the caller owns', async () => {
  const other = await createPerson(gateway);
  const older = await createPerson(gateway);
  await addMember(gateway, older.projectId, other, 'operator');
  await gateway.sql.rows(`update projects set created_at = created_at - interval '1 d' where id = $1`, [
    older.projectId,
  ]);
  const keyOfOther = await createKey(gateway, other, ['webhooks:read', 'webhooks:write']);
  const as = (line: string) => done(line, keyOfOther);
  expect(await as('webhooks add https://mine.test/hook')).toMatchObject({ code: 0 });
  expect((await as('webhooks')).out).toContain('https://mine.test/hook');
  await call(gateway, 'DELETE', `/v1/projects/${other.projectId}`, { as: other });
  await expect(as('webhooks')).rejects.toThrow('you own no project');
});

test('webhooks are notified of the runs that their filter names, which can be changed', async () => {
  await done('webhooks add https://a.test/hook --name checkout --label nightly --label eu');
  const [webhook] = await json<Webhook[]>('webhooks');
  expect(webhook?.filter).toEqual({ name: 'checkout', labels: ['eu', 'nightly'] });
  const { id } = webhook!;
  expect((await done('webhooks')).out).toContain('checkout +eu +nightly');
  expect(await done(`webhooks change ${id} --label weekly --events run.finished`)).toMatchObject({
    out: `changed ${id}`,
  });
  const [changed] = await json<Webhook[]>('webhooks');
  expect(changed).toMatchObject({
    filter: { name: 'checkout', labels: ['weekly'] },
    events: ['run.finished'],
  });
  await startRun(gateway, person);
  expect(await json(`webhooks deliveries ${id}`)).toEqual([]);
  await done(`webhooks change ${id} --name= --label= --url https://b.test/`);
  const [open] = await json<Webhook[]>('webhooks');
  expect(open).toMatchObject({ url: 'https://b.test/' });
  expect(open).not.toHaveProperty('filter');
  expect((await done(`webhooks test ${id} --name x`)).err).toContain('--name is not for test');
  await done(`webhooks remove ${id}`);
});

test('show what they were sent, and send it again', async () => {
  await done('webhooks add https://a.test/hook');
  const [webhook] = await json<Webhook[]>('webhooks');
  const run = await startRun(gateway, person);
  const [delivery] = await json<Delivery[]>(`webhooks deliveries ${webhook!.id} --state pending`);
  expect(delivery).toMatchObject({ type: 'run.queued', runId: run, attempts: 0 });
  expect((await done(`webhooks deliveries ${webhook!.id}`)).out).toMatch(
    /^ID +TIME +EVENT +RUN +STATE +TRIES +LAST *\n\S+ +\S+ \S+ +run\.queued +\S+ +pending +0/,
  );
  expect(await done(`webhooks resend ${webhook!.id} ${delivery!.id}`)).toMatchObject({
    out: `sending ${delivery!.id} again`,
  });
  await done(`webhooks remove ${webhook!.id}`);
});

test('I11: webhooks are disabled when their maker is removed, and enabled by another owner with a new secret', async () => {
  const maker = await createPerson(gateway);
  await addMember(gateway, person.projectId, maker, 'owner');
  const project = `/v1/projects/${person.projectId}`;
  const body = { url: 'https://a.test/hook' };
  const { body: made } = await call(gateway, 'POST', `${project}/webhooks`, { as: maker, body });
  const { id } = made as Webhook;
  await call(gateway, 'DELETE', `${project}/members/${maker.userId}`, { as: person });
  expect((await done('webhooks')).out).toContain('disabled (maker)');
  expect(await done(`webhooks enable ${id}`)).toMatchObject({
    out: expect.stringMatching(/^whsec_\S+$/),
    err: `enabled ${id}, which is yours now and has a new secret; the secret is shown only now`,
  });
  expect((await done('webhooks')).out).toContain(person.email);
  await done(`webhooks remove ${id}`);
});

test('webhooks are listened to without a URL, and passed on to a receiver, signed', async () => {
  await using receiver = await startReceiver();
  receiver.behave(answer(418));
  const listening = ghostly(
    `webhooks listen --events run.queued,run.cancelling --forward-to ${receiver.url}`,
  );
  await eventually(() => expect(listening.err).toHaveLength(2));
  const secret = listening.err[1]?.replace('signed with ', '') ?? '';
  expect(secret).toMatch(/^whsec_/);
  const id = await startRun(gateway, person);
  await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: person, body: { reason: 'enough\u001b[2J' } });
  await eventually(() => expect(listening.out).toHaveLength(2));
  expect(listening.out[0]).toMatch(
    new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}run\\.queued +${id} {2}running {2}→ 418$`),
  );
  expect(listening.out[1]).toMatch(/ {2}run\.cancelling +\S+ {2}cancelling \(enough\) {2}→ 418$/);
  expect(receiver.received.map((message) => verified(secret, message))).toMatchObject([
    { type: 'run.queued' },
    { type: 'run.cancelling' },
  ]);
  listening.close();
  expect(await listening.ended).toBe(5);
  expect(await json('webhooks')).toEqual([]);
});
