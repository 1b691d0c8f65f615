/* I11: keys, projects and members are managed by command, and a cancel tells what became of each run. */
import { afterAll, describe, expect, test } from 'vitest';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import type { CommandContext } from '../../../services/cli/command.ts';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import {
  accept,
  call,
  createKey,
  createPerson,
  FLOW,
  inviteTo,
  startRun,
  useGateway,
} from '../gateway/fixture.ts';
import { runCommand } from './run-command.ts';

const gateway = await useGateway();
const person = await createPerson(gateway);
const key = await createKey(gateway, person, [...KEY_SCOPES]);
afterAll(() => gateway?.close());

/** The command in this process, against the gateway. */
function ghostly(line: string, confirm?: CommandContext['confirm'], url = gateway.url) {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return runCommand(words, { GHOSTLY_URL: url, GHOSTLY_API_KEY: key }, { confirm });
}
const json = async (line: string) => JSON.parse((await ghostly(`${line} --json`)).out);
const cancelOf = async (id: string) =>
  ((await call(gateway, 'GET', `/v1/runs/${id}`, { as: person })).body as { cancel?: { reason?: string } })
    .cancel;

describe('keys', () => {
  test('makes one that may do what was asked for and is over when it was said, lists it masked, revokes it', async () => {
    const made = await ghostly('keys create "the dashboard" --scopes runs:read --expires 30d');
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^gly_[\w-]+$/);
    expect(made.err).toMatch(
      /^created "the dashboard" \(\S+\) with the scopes runs:read; the key is shown only now$/,
    );
    const [listed] = await json('keys');
    expect(listed).toMatchObject({ label: 'the dashboard', scopes: ['runs:read'] });
    const days = (Date.parse(listed.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect((await ghostly('keys list')).out).toMatch(/^ID +LABEL +KEY +SCOPES .*\n.* the dashboard +gly_/);
    expect((await ghostly('keys list')).out).not.toContain(made.out);

    expect((await call(gateway, 'GET', '/v1/runs', { key: made.out })).status).toBe(200);
    expect((await call(gateway, 'POST', '/v1/run', { key: made.out, body: {} })).status).toBe(403);
    expect(await ghostly(`keys revoke ${listed.id}`)).toEqual({
      code: 0,
      out: `revoked ${listed.id}`,
      err: '',
    });
    expect((await call(gateway, 'GET', '/v1/runs', { key: made.out })).status).toBe(401);
  });
});

describe('projects', () => {
  test('are made, shared and removed by their labels', async () => {
    const friend = await createPerson(gateway);
    const id = (await ghostly('projects create "The Shop"')).out;
    expect((await ghostly(`projects add "The Shop" ${friend.email} viewer`)).out).toMatch(
      new RegExp(`^invited ${friend.email} as viewer, until 20\\d\\d-`),
    );
    const [invited] = await json('projects invitations "The Shop"');
    expect(invited).toMatchObject({ email: friend.email, role: 'viewer', invitedBy: person.email });
    await accept(gateway, friend, invited.id);
    expect(await ghostly(`projects add "The Shop" ${friend.email} operator`)).toMatchObject({
      out: `${friend.email} is operator`,
    });
    expect(await json('projects members "The Shop"')).toContainEqual({
      userId: friend.userId,
      email: friend.email,
      role: 'operator',
    });
    expect((await ghostly('projects members "The Shop"')).out).toMatch(/^USER +EMAIL +ROLE\n/);
    await ghostly(`projects remove "The Shop" ${friend.email}`);
    expect(await json('projects members "The Shop"')).toHaveLength(1);
    expect((await ghostly('projects')).out).toContain('The Shop');
    expect(await ghostly('projects delete "The Shop"')).toMatchObject({ code: 0, out: `deleted ${id}` });
    await expect(ghostly('projects delete "The Shop"')).rejects.toMatchObject({
      message: expect.stringMatching(/^you have no project "The Shop"; you have "Default"/),
    });
  });

  test('I11: are come into by those alone who accept; an invitation can be withdrawn', async () => {
    const [host, another] = [await createPerson(gateway), await createPerson(gateway)];
    expect(await json('invitations')).toEqual([]);
    const id = await inviteTo(gateway, host.projectId, { by: host, email: person.email });
    expect((await ghostly('invitations')).out).toMatch(
      new RegExp(`^ID +PROJECT +ROLE +INVITED BY +UNTIL\\n${id} +Default +operator +${host.email} +20`),
    );
    expect(await ghostly(`invitations accept ${id}`)).toMatchObject({
      code: 0,
      out: 'you are operator in Default',
    });
    const declined = await inviteTo(gateway, another.projectId, { by: another, email: person.email });
    expect(await ghostly(`invitations decline ${declined}`)).toMatchObject({ out: `declined ${declined}` });
    await expect(ghostly(`invitations accept ${declined}`)).rejects.toMatchObject({ status: 404 });

    await ghostly('projects create Guarded');
    await ghostly('projects add Guarded ana@example.com viewer');
    expect((await ghostly('projects invitations Guarded')).out).toContain('ana@example.com');
    expect(await ghostly('projects withdraw Guarded Ana@example.com')).toMatchObject({
      out: 'withdrew the invitation of Ana@example.com',
    });
    expect(await json('projects invitations Guarded')).toEqual([]);
  });

  test('with the same label are named by their ids', async () => {
    await ghostly('projects create Twin');
    const second = (await ghostly('projects create Twin')).out;
    await expect(ghostly('runs --project Twin')).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^several projects have the label "Twin": use an id, of [0-9a-f-]{36}, ${second}$`),
      ),
    });
    expect(await ghostly(`runs --project ${second}`)).toMatchObject({ code: 0, out: 'no matching runs' });
  });

  test('a role that there is not is a wrong argument', async () => {
    const { code, err } = await ghostly('projects add Twin ana@example.com boss');
    expect(code).toBe(2);
    expect(err).toContain('ROLE is one of viewer, operator, owner, not "boss"');
  });
});

describe('runs', () => {
  test('are listed by status, project and age, as many as asked for', async () => {
    const project = (await ghostly('projects create Listed')).out;
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift(await startRun(gateway, person, project));
    const idsOf = async (options: string) =>
      (await json(`runs --project Listed ${options}`)).map(({ id }: { id: string }) => id);
    expect(await idsOf('')).toEqual(ids);
    expect(await idsOf('--limit 2 --status running --since 1h')).toEqual(ids.slice(0, 2));
    expect(await idsOf('--status pass')).toEqual([]);
    expect((await ghostly('runs --project Listed -n 1')).out.split('\n')).toHaveLength(2);
  });

  test('runs are found by their words, their label, their short id and their outcome', async () => {
    const body = { ...FLOW(person.projectId), name: 'Quarterly report', labels: ['reports'] };
    const { id } = (await call(gateway, 'POST', '/v1/run', { as: person, body })).body as { id: string };
    const found = async (options: string) =>
      (await json(`runs ${options}`)).map(({ id }: { id: string }) => id);
    expect(await found('--search "quarter report"')).toEqual([id]);
    expect(await found('--label reports --search report')).toEqual([id]);
    expect(await found(`--search ${id.slice(-8)}`)).toEqual([id]);
    expect(await found(`--search ${id.slice(0, -1)}`)).toEqual([id]);
    expect(await found('--label reports --outcome lost')).toEqual([]);
    expect((await ghostly('runs --label reports')).out).toContain('Quarterly report');
  });
});

describe('cancel', () => {
  test('of several ids tells of those that could not be cancelled: exit code 5', async () => {
    const id = await startRun(gateway, person);
    const missing = '00000000-0000-4000-8000-000000000000';
    const { code, out, err } = await ghostly(`cancel ${id} ${missing} --no-wait --reason deploy`);
    expect({ code, err }).toEqual({ code: 5, err: `  ${missing}: not found` });
    expect(out).toMatch(/^2 runs: 1 cancel(ling|led), 1 not cancelled$/);
    expect(await cancelOf(id)).toMatchObject({ reason: 'deploy' });
  });

  test('whose answer was lost is looked for: it says whether it is recorded, and by whom', async () => {
    const id = await startRun(gateway, person);
    await using network = await startFaultProxy(gateway.url);
    const url = network.url.replace(/\/$/, '');
    network.trap({ match: `POST /v1/runs/${id}/cancel`, when: 'answered' });
    const { code, out, err } = await ghostly(`cancel ${id} --reason "was it heard"`, undefined, url);
    expect(err).toMatch(/does not answer .*: the cancel is perhaps recorded; looking$/);
    expect(out).toMatch(
      new RegExp(`^(cancelling|cancelled) ${id}: the cancel by ${person.email} at .* is recorded$`),
    );
    expect(code).toBe(0);
    expect(await cancelOf(id)).toMatchObject({ reason: 'was it heard' });

    const other = await startRun(gateway, person);
    network.trap({ match: `POST /v1/runs/${other}/cancel`, when: 'before' });
    expect(await ghostly(`cancel ${other}`, undefined, url)).toMatchObject({
      code: 5,
      out: `not recorded: run ${other} goes on; it is safe to try again`,
    });
    expect(await cancelOf(other)).toBeUndefined();
    network.trap({ match: `POST /v1/runs/${other}/cancel`, when: 'answered' });
    const reported = JSON.parse((await ghostly(`cancel ${other} --json`, undefined, url)).out);
    expect(reported).toMatchObject({ ok: true, id: other, recorded: true });
  });

  test('of several ids whose answer was lost is looked for, run by run', async () => {
    const [one, two] = [await startRun(gateway, person), await startRun(gateway, person)];
    const missing = '00000000-0000-4000-8000-000000000000';
    await using network = await startFaultProxy(gateway.url);
    const url = network.url.replace(/\/$/, '');
    network.trap({ match: 'POST /v1/runs/cancel', when: 'before' });
    const lost = await ghostly(`cancel ${one} ${two.slice(-8)}`, undefined, url);
    expect(lost.err).toMatch(/does not answer .*: the cancels are perhaps recorded; looking$/);
    expect(lost).toMatchObject({
      code: 5,
      out: [one, two].map((id) => `not recorded: run ${id} goes on; it is safe to try again`).join('\n'),
    });
    network.trap({ match: 'POST /v1/runs/cancel', when: 'answered' });
    const reported = await ghostly(`cancel ${one} ${two} --json`, undefined, url);
    expect(JSON.parse(reported.out)).toMatchObject([
      { ok: true, id: one, recorded: true },
      { ok: true, id: two, recorded: true },
    ]);
    expect(reported.code).toBe(0);
    network.trap({ match: 'POST /v1/runs/cancel', when: 'answered' });
    const partly = await ghostly(`cancel ${one} ${missing}`, undefined, url);
    expect(partly.err).toContain(`${missing}: not found`);
    expect(partly.out).toMatch(new RegExp(`${one}: the cancel by ${person.email} at .* is recorded$`));
    expect(partly.code).toBe(5);
  });

  test('of all asks first: a no cancels nothing, a yes what the filters match, and no other run', async () => {
    const project = (await ghostly('projects create Asked')).out;
    const [mine, other] = [await startRun(gateway, person, project), await startRun(gateway, person)];
    const questions: string[] = [];
    const answer = (yes: boolean) => async (question: string) => {
      questions.push(question);
      return yes;
    };
    const all = 'cancel --all --project Asked --no-wait';
    expect(await ghostly(all, answer(false))).toMatchObject({ code: 5, err: 'nothing was cancelled' });
    expect(await cancelOf(mine)).toBeUndefined();
    expect(await ghostly(`${all} --older-than 1h`, answer(true))).toMatchObject({ err: 'no matching runs' });
    expect(await ghostly(all, answer(true))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 run: 1 /),
    });
    expect(questions).toEqual(['Cancel one run?', 'Cancel one run?']);
    expect(await cancelOf(mine)).toBeDefined();
    expect(await cancelOf(other)).toBeUndefined();
  });

  test('of all with --dry-run lists what it would cancel, and does nothing', async () => {
    const project = (await ghostly('projects create Dry')).out;
    const id = await startRun(gateway, person, project);
    const { code, out, err } = await ghostly('cancel --all --project Dry --dry-run');
    expect(code).toBe(0);
    expect(out).toContain(id);
    expect(err).toContain('nothing was done');
    expect((await ghostly(`cancel ${id} --dry-run`)).out).toContain('running.queued');
    expect(await cancelOf(id)).toBeUndefined();
  });
});
