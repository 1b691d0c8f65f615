import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../services/cli/local/process/free-port.ts';
import { addMember, adminByToken } from '../support/database/members.ts';
import { type Client, logIn } from '../support/http/client.ts';
import type { StreamData } from '../support/http/sse.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { type CliOptions, runCli, startCli } from '../support/stack/cli.ts';
import { createStack, type ServiceProcess, type Stack } from '../support/stack/stack.ts';

let stack: Stack;
let site: TestSite;
let client: Client;
let gateway: ServiceProcess;
let port: string;
let env: CliOptions['env'];

beforeAll(async () => {
  [stack, site, port] = await Promise.all([createStack(), startSite(), freePort().then(String)]);
  [gateway] = await Promise.all([
    stack.start('gateway', { PORT: port }),
    stack.start('runner'),
    stack.start('supervisor'),
  ]);
  client = await stack.clientOf(gateway);
  env = { GHOSTLY_URL: client.url, GHOSTLY_API_KEY: stack.apiKey };
});
afterAll(() => site.close());

const flow = (...steps: object[]) => JSON.stringify({ baseUrl: site.url, steps });
const passing = () =>
  flow(
    { action: 'goto', url: '/form' },
    { action: 'fill', selector: '[name=name]', value: 'hunter2-secret' },
  );
const waiting = () =>
  flow(
    { action: 'goto', url: '/plain' },
    { action: 'waitForSelector', selector: '#never', timeoutMs: 60_000 },
  );
const ghostly = (args: string[], input?: string) => runCli(args, { env, ...(input && { input }) });

const idIn = (text: string): string => {
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(text)?.[0];
  if (id === undefined) throw new Error(`no id in: ${text}`);
  return id;
};
const start = (input: string) => client.start(JSON.parse(input));

/** Starts a run that waits, and someone who watches it. */
const watchWaiting = async (...args: string[]) => {
  const id = await start(waiting());
  const watcher = startCli(['watch', id, ...args], { env });
  await watcher.said(args.length > 0 ? '"stepIndex":1' : '✓ goto /plain');
  return { id, watcher };
};

describe('run', () => {
  test('shows a line for each step with its duration, and ends with exit code 0 when the run passes', async () => {
    const { code, out, err } = await ghostly(['run', '-', '--watch'], passing());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^✓ goto \/form {2,}(≤ )?\d+(\.\d)? m?s$/m);
    expect(out).toMatch(/^✓ fill \[name=name\] {2,}(≤ )?\d+(\.\d)? m?s$/m);
    expect(out).toMatch(/^PASS in /m);
    expect(out).not.toContain('hunter2');
    expect(out).not.toContain('\x1b');
  });

  test('ends with exit code 1 when the run fails, and says why', async () => {
    const steps = flow(
      { action: 'goto', url: '/plain' },
      { action: 'click', selector: '#no', timeoutMs: 300 },
    );
    const { code, out } = await ghostly(['run', '-', '--watch'], steps);
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ click #no .*\n {2}timed out after 300 ms/m);
    expect(out).toMatch(/^FAIL in /m);
  });

  test('without --watch prints the id at once and how to watch and cancel it', async () => {
    const { code, out } = await ghostly(['run', '-'], waiting());
    const id = idIn(out);
    expect(code).toBe(0);
    expect(out).toContain(`npx ghostly watch ${id}`);
    expect(out).toContain(`npx ghostly cancel ${id}`);
    expect((await client.read(id)).status).toBe('running');
    await client.cancel(id);
  });

  test('starts the run in the project that is named, in the default one otherwise', async () => {
    const created = await client.request<{ id: string }>('POST', '/v1/projects', {
      body: { label: 'Other' },
    });
    const other = created.body.id;
    const named = JSON.parse((await ghostly(['run', '-', '--json', '--project', other], passing())).out);
    const unnamed = JSON.parse((await ghostly(['run', '-', '--json'], passing())).out);
    expect((await client.read(named.id)).project).toBe(other);
    expect((await client.read(unnamed.id)).project).toBe(await client.project());

    const { out } = await ghostly(['runs', '--project', other, '--json']);
    expect(JSON.parse(out).map(({ id }: { id: string }) => id)).toEqual([named.id]);
  });

  test('with --json is the answer, then the entries of the stream, a line each', async () => {
    const { code, out } = await ghostly(['run', '-', '--watch', '--json'], passing());
    const [reply, ...entries] = out.split('\n').map((line) => JSON.parse(line)) as [
      { id: string; status: string },
      ...StreamData[],
    ];
    expect(code).toBe(0);
    expect(reply).toEqual({ ok: true, id: reply.id, status: 'running' });
    expect(entries.at(0)).toMatchObject({ kind: 'status', status: 'running' });
    expect(entries.slice(-2)).toMatchObject([{ kind: 'status', status: 'pass' }, { kind: 'end' }]);
    const { events } = await client.read(reply.id);
    const assists = entries.filter(({ kind }) => kind === 'assist').map(({ kind: _, ...event }) => event);
    expect(assists).toEqual(events);
  });

  test('opens the sample shop for a flow that asks for it, while it watches', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const visit = { site: 'sample-shop', baseUrl, steps: [{ action: 'goto', url: '/products/mug' }] };
    const watched = await ghostly(['run', '-', '--watch'], JSON.stringify(visit));
    expect(watched.code, watched.out).toBe(0);
    expect(watched.out).toContain(`the sample shop is open at ${baseUrl}`);

    const unwatched = await ghostly(['run', '-'], JSON.stringify(visit));
    expect(unwatched.code).toBe(0);
    expect(unwatched.err).toContain('npx ghostly shop');
  });

  test('of a flow that cannot be used names each field, exit code 2, and starts nothing', async () => {
    const before = (await ghostly(['runs', '--json'])).out;
    const { code, err } = await ghostly(['run', '-'], JSON.stringify({ baseUrl: 'ftp://x', steps: [] }));
    expect(code).toBe(2);
    expect(err).toMatch(/^ {2}baseUrl: /m);
    expect(err).toMatch(/^ {2}steps: /m);
    expect((await ghostly(['runs', '--json'])).out).toBe(before);
  });

  test('shows what comes from a page without its control characters', async () => {
    const selector = 'text=\x1b[31mred\x1b]0;owned\x07';
    const steps = flow({ action: 'goto', url: '/plain' }, { action: 'click', selector, timeoutMs: 200 });
    const { out } = await ghostly(['run', '-', '--watch'], steps);
    expect(out).toContain('✗ click text=red');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('says in one line what the gateway refuses: exit code 1', async () => {
    const project = '00000000-0000-4000-8000-000000000000';
    const { code, err } = await ghostly(['run', '-', '--project', project], passing());
    expect({ code, err }).toEqual({ code: 1, err: 'ghostly: invalid project (400)' });
  });
});

describe('watch', () => {
  test('I7: shows a run that has ended from its beginning, as it showed it live', async () => {
    const { out: live } = await ghostly(['run', '-', '--watch'], passing());
    const { code, out: later } = await ghostly(['watch', idIn(live)]);
    expect(code).toBe(0);
    const steps = (text: string) => text.split('\n').filter((line) => /^[✓✗]/.test(line));
    expect(steps(later)).toEqual(steps(live));
  });

  test('Ctrl-C ends the watching only: the run goes on, and it says how to cancel it', async () => {
    const { id, watcher } = await watchWaiting();
    watcher.signal('SIGINT');
    expect(await watcher.exited).toBe(130);
    expect(watcher.err.join('\n')).toContain('the run continues');
    expect(watcher.err.join('\n')).toContain(`npx ghostly cancel ${id}`);
    expect((await client.read(id)).status).toBe('running');
    await client.cancel(id);
  });

  test('I7: goes on after the gateway was killed, with each event once and none missing', async () => {
    const { id, watcher } = await watchWaiting('--json');
    gateway.signal('SIGKILL');
    await gateway.exited;
    await watcher.said('retrying');
    gateway = await stack.start('gateway', { PORT: port });
    await client.cancel(id);
    expect(await watcher.exited).toBe(1);
    const entries = watcher.out.map((line) => JSON.parse(line) as StreamData);
    const { events } = await client.read(id);
    expect(entries.flatMap(({ seq }) => seq ?? [])).toEqual(events.map(({ seq }) => seq));
    expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(1);
    // A run that ended before the watcher was back is not told to be cancelling any more.
    const statuses = entries.flatMap(({ status }) => status ?? []);
    expect(statuses.filter((status) => status !== 'cancelling')).toEqual(['running', 'fail']);
  });

  test('of a run that does not exist is exit code 1', async () => {
    const { code, err } = await ghostly(['watch', '00000000-0000-4000-8000-000000000000']);
    expect({ code, err }).toEqual({ code: 1, err: 'ghostly: run not found (404)' });
  });
});

describe('cancel', () => {
  test('I3: ends a run that waits, and whoever watches it is told who asked and why', async () => {
    const { id, watcher } = await watchWaiting();
    const cancelled = await ghostly(['cancel', id, '--reason', 'enough \x1b[5mseen']);
    expect(cancelled).toEqual({ code: 0, out: `cancelling ${id}`, err: '' });
    expect(await watcher.exited).toBe(1);
    const shown = watcher.out.join('\n');
    expect(shown).toMatch(/^■ waitForSelector #never {2}interrupted {2,}/m);
    expect(shown).toMatch(/^CANCELLED in .* · by a user: enough seen$/m);

    const again = await ghostly(['cancel', id]);
    expect(again).toEqual({ code: 1, out: '', err: 'ghostly: run already finished (409)' });
    expect((await ghostly(['runs'])).out).toMatch(new RegExp(`^${id} {2}cancelled `, 'm'));
  });

  test('with --force waits for nothing but the closing; with --json it is the answer', async () => {
    const { id, watcher } = await watchWaiting();
    const { code, out } = await ghostly(['cancel', id, '--force', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ok: true, id, status: 'cancelling' });
    expect(await watcher.exited).toBe(1);
    expect(watcher.out).toContain('· cancelling.closing');
  });

  test('with --dry-run says which step would be interrupted, and the run goes on', async () => {
    const { id, watcher } = await watchWaiting();
    const { code, out } = await ghostly(['cancel', id, '--dry-run']);
    expect({ code, told: out.split('\n').at(0) }).toEqual({ code: 0, told: `would be cancelling: ${id}` });
    expect(out).toContain('step 2 (waitForSelector) would be interrupted');
    expect((await client.read(id)).status).toBe('running');
    await client.cancel(id);
    await watcher.exited;
  });

  test('I3: of all runs of a project ends them, and waits until it can say how they ended', async () => {
    await ghostly(['projects', 'create', 'Bulk']);
    const runs = [waiting(), waiting()].map((flow) => ghostly(['run', '-', '--project', 'Bulk'], flow));
    const ids = (await Promise.all(runs)).map(({ out }) => idIn(out));
    const unsure = await ghostly(['cancel', '--all', '--project', 'Bulk']);
    expect(unsure.code).toBe(2);
    expect(unsure.err).toContain('--all needs --yes without a terminal');

    const bulk = await ghostly(['cancel', '--all', '--project', 'Bulk', '--yes', '--reason', 'deploy']);
    expect(bulk).toEqual({ code: 0, out: '2 runs: 2 cancelled', err: '' });
    for (const id of ids) {
      const { status, cancel } = await client.read(id);
      expect({ status, cancel }).toMatchObject({ status: 'fail', cancel: { reason: 'deploy' } });
    }
  });
});

describe('receipt', () => {
  test('shows each hop of a cancel with its time, from the request to the end', async () => {
    const { id, watcher } = await watchWaiting();
    await ghostly(['cancel', id, '--reason', 'enough']);
    await watcher.exited;
    const { code, out } = await ghostly(['receipt', id]);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^cancel of ${id}  fail\\nby admin@test.local with the key .*: enough\\n`),
    );
    const hops = [...out.matchAll(/^[│■] (\w+( \w+)*) {2,}[\d.]+ ms/gm)].map(([, name]) => name);
    const expected = ['stored', 'delivered', 'abort raised', 'call interrupted', 'context closed', 'final'];
    expect(hops).toEqual(expected);
    expect(out).toMatch(/^ {2}total +[\d.]+ ms\n\nkept: 2 steps, /m);
    const { totalMs } = JSON.parse((await ghostly(['receipt', id, '--json'])).out);
    expect(totalMs).toBeLessThan(10_000);
  });

  test('of a run that nobody cancelled is exit code 1', async () => {
    const id = idIn((await ghostly(['run', '-', '--watch'], passing())).out);
    expect(await ghostly(['receipt', id])).toEqual({ code: 1, out: '', err: 'ghostly: not found (404)' });
  });
});

describe('rerun', () => {
  test('starts the flow of a run again, fill values and all, on another site if asked to', async () => {
    const first = idIn((await ghostly(['run', '-', '--watch'], passing())).out);
    await using other = await startSite();
    const { code, out } = await ghostly(['rerun', first, '--watch', '--base-url', other.url]);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^PASS in /m) });
    expect(other.requests).toContain('/form');
    const id = idIn(out);
    expect(id).not.toBe(first);
    const again = await client.request<{ rerunOf: string }>('GET', `/v1/runs/${id}`);
    expect(again.body.rerunOf).toBe(first);
  });
});

describe("I10: a rerun of somebody else's flow", () => {
  test('is given the secrets that it needs, or says which those are', async () => {
    const { client: ann } = await addMember(await adminByToken(client));
    const id = await ann.start(JSON.parse(passing()));
    await (await ann.watch(id)).ended();
    expect(await ghostly(['rerun', id, '--watch'])).toEqual({
      code: 1,
      out: '',
      err:
        'ghostly rerun: this flow contains secrets of another user\n' +
        '  steps.1.value: set your own with --value steps.1.value=TEXT',
    });
    const { code, out } = await ghostly(['rerun', id, '--watch', '--value', 'steps.1.value=mine=this']);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^PASS in /m) });
    expect(out).not.toContain('mine=this');
  });
});

describe('the account', () => {
  const OLD = 'the old password';
  const NEW = 'quite another one';
  /** A user with two sign-ins, and `ghostly` with a key of theirs. */
  const someone = async (scopes = ['runs:read', 'runs:write']) => {
    const email = `${randomUUID()}@test.local`;
    const admin = await adminByToken(client);
    await admin.request('POST', '/v1/auth/register', { body: { email, password: OLD } });
    const tokens = [await logIn(client, email, OLD), await logIn(client, email, OLD)];
    const made = await client.as({ token: tokens[0]! }).request<{ key: string }>('POST', '/v1/api-keys', {
      body: { label: 'test', scopes },
    });
    const own = { ...env, GHOSTLY_API_KEY: made.body.key };
    return {
      email,
      ghostly: (args: string[], input = '') => runCli(args, { env: own, input }),
      whoAmI: () =>
        Promise.all(
          tokens.map(async (token) => (await client.as({ token }).request('GET', '/v1/auth/me')).status),
        ),
    };
  };

  test('a password is changed by its owner alone, and all sign-ins with the old one end; the key stays', async () => {
    const ana = await someone();
    const wrong = await ana.ghostly(['password', '--stdin'], `not ${OLD}\n${NEW}\n`);
    expect(wrong).toEqual({ code: 1, out: '', err: 'ghostly: the current password is wrong (400)' });
    const short = await ana.ghostly(['password', '--stdin'], `${OLD}\nshort\n`);
    expect(short.code).toBe(1);
    expect(short.err).toContain('a password must have 8 to 1024 characters');
    const nobody = await ana.ghostly(['password']);
    expect(nobody.code).toBe(2);
    expect(await ana.whoAmI()).toEqual([200, 200]);

    const { code, out, err } = await ana.ghostly(['password', '--stdin'], `${OLD}\n${NEW}\n`);
    const told = `changed the password of ${ana.email}; all sessions have ended`;
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: told });
    expect(await ana.whoAmI()).toEqual([401, 401]);
    await expect(logIn(client, ana.email, OLD)).rejects.toThrow();
    expect(await logIn(client, ana.email, NEW)).toEqual(expect.any(String));
    expect((await ana.ghostly(['runs'])).code).toBe(0);
  });

  test('sign-out ends all sign-ins, and no key; one that may only watch does not', async () => {
    const ana = await someone();
    expect(await ana.ghostly(['sign-out'])).toEqual({
      code: 0,
      out: '',
      err: `all sessions of ${ana.email} have ended`,
    });
    expect(await ana.whoAmI()).toEqual([401, 401]);
    expect((await ana.ghostly(['runs'])).code).toBe(0);

    const watcher = await someone(['runs:read']);
    expect(await watcher.ghostly(['sign-out'])).toEqual({
      code: 1,
      out: '',
      err: 'ghostly: forbidden (403)',
    });
    expect(await watcher.whoAmI()).toEqual([200, 200]);
  });
});

describe('the address', () => {
  test('a wrong key is refused in one line', async () => {
    const wrong = { ...env, GHOSTLY_API_KEY: 'gly_wrong' };
    const { code, err } = await runCli(['runs'], { env: wrong });
    expect({ code, err }).toEqual({ code: 1, err: 'ghostly: unauthorized (401)' });
  });

  test('nobody there, or somebody else, is one line each', async () => {
    const nobody = await runCli(['runs'], {
      env: { ...env, GHOSTLY_URL: `http://127.0.0.1:${await freePort()}` },
    });
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(/^ghostly: the gateway at \S+ does not answer \(ECONNREFUSED\)$/);
    const other = await runCli(['runs'], { env: { ...env, GHOSTLY_URL: site.url } });
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/^ghostly: what answers at \S+ is not a Ghostly gateway/);
  });
});
