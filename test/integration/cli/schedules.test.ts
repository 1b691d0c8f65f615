/* Schedules are made, previewed, paused, triggered and backfilled by command, and refusals name the field. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { createKey, createPerson, useGateway } from '../gateway/fixture.ts';
import { addFlow } from '../gateway/flows/named-flows.ts';
import { runCommand } from './run-command.ts';

const gateway = await useGateway();

/** So that nothing is due while the tests run. */
const YEARLY = '0 0 1 1 *';
const DAY_MS = 86_400_000;
/** 150 copies of the one that a project has. */
const MANY = `
insert into schedules (id, project_id, name, cron, timezone, dst, flow_name, start, overlap, catch_up, catch_up_ms, window_ms, offset_ms, user_id, evaluated_to)
select gen_random_uuid(), project_id, name || n, cron, timezone, dst, flow_name, start, overlap, catch_up, catch_up_ms, window_ms, offset_ms, user_id, evaluated_to
from schedules, generate_series(1, 150) as n where project_id = $1`;

/** A person with a flow of a project, and the command in this process. */
async function workplace(scopes: KeyScope[] = ['runs:read', 'runs:write']) {
  const person = await createPerson(gateway);
  const key = await createKey(gateway, person, scopes);
  const flow = await addFlow(gateway, person.projectId, person);
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-schedules-'));
  afterFile(() => rm(cwd, { recursive: true, force: true }));
  const env = { GHOSTLY_URL: gateway.url, GHOSTLY_API_KEY: key };
  const ghostly = (...args: string[]) => runCommand(['schedules', ...args], env, { cwd, saysErrors: true });
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await ghostly(...args, '--json')).out);
  return {
    person,
    flow,
    ghostly,
    json,
    put: (name: string, ...more: string[]) => ghostly('put', name, '--cron', YEARLY, '--flow', flow, ...more),
    write: (name: string, content: unknown) => writeFile(join(cwd, name), JSON.stringify(content)),
  };
}

describe('ghostly schedules put', () => {
  it('makes a schedule by its options and says when it is due, in its zone', async () => {
    const { ghostly, put, flow, json } = await workplace();
    const made = await put('nightly', '--timezone', 'Europe/Berlin', '--inputs', '{"page":"mug"}');
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(
      /^made nightly\nNext in Europe\/Berlin:(\n {2}\d{4}-01-01 00:00 \+01:00 {2}in \d+ d){5}$/,
    );
    const schedule = await json<Schedule>('show', 'nightly');
    expect(schedule).toMatchObject({
      cron: YEARLY,
      flow: { name: flow },
      overlap: 'skip',
      start: { inputs: { page: 'mug' } },
    });
    expect((await put('nightly', '--overlap', 'allow')).out).toMatch(
      /^changed nightly, version 2\nNext in UTC:/,
    );
    const changed = await json<Schedule>('show', 'nightly');
    expect(changed).toMatchObject({ overlap: 'allow', start: {}, timezone: 'UTC' });
    expect((await ghostly('list')).out).toMatch(
      new RegExp(
        `^NAME +PATTERN +ZONE +FLOW +NEXT +LAST +STATE\\nnightly +0 0 1 1 \\* +UTC +${flow} +\\d{4}-01-01 00:00, in \\d+ d +- +active$`,
      ),
    );
  });

  it('makes one by a file, and takes what show prints', async () => {
    const { ghostly, json, write, flow } = await workplace();
    const settings = {
      cron: YEARLY,
      flow: { name: flow },
      catchUp: { mode: 'all', withinMs: DAY_MS },
      windowMs: 600_000,
      pauseAfterFailures: 3,
      description: 'by file',
    };
    await write('nightly.json', settings);
    expect(await ghostly('put', 'nightly', 'nightly.json')).toMatchObject({ code: 0, err: '' });
    const schedule = await json<Schedule>('show', 'nightly');
    expect(schedule).toMatchObject(settings);
    expect((await ghostly('show', 'nightly')).out).toMatch(/^ {2}about +by file$/m);
    await write('shown.json', schedule);
    expect(await ghostly('put', 'copy', 'shown.json')).toMatchObject({ code: 0, err: '' });
    expect(await json<Schedule[]>('list')).toMatchObject([
      { name: 'copy', windowMs: 600_000 },
      { name: 'nightly' },
    ]);
  });

  it('is refused in the words of the gateway, at each field: exit code 2', async () => {
    const { ghostly, json, write, put, flow } = await workplace();
    const wrong = ['put', 'nightly', '--cron', '61 * * * *', '--timezone', 'Mars/Olympus', '--flow', flow];
    const refused = await ghostly(...wrong);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err.split('\n')).toEqual([
      'the gateway refuses this:',
      expect.stringMatching(/^ {2}cron: must be a cron pattern of five fields: minute,/),
      '  timezone: must be an IANA time zone, such as Europe/Berlin, or UTC',
    ]);
    const reported = await ghostly(...wrong, '--json');
    expect(JSON.parse(reported.err)).toMatchObject({
      ok: false,
      code: 'flow',
      details: { issues: [{ path: 'cron' }, { path: 'timezone' }] },
    });
    await write('unknown.json', { cron: YEARLY, flow: { name: flow }, overlaps: 'skip' });
    expect((await ghostly('put', 'nightly', 'unknown.json')).err).toContain('overlaps');
    const none = await ghostly('put', 'nightly', '--cron', YEARLY, '--flow', 'no-such');
    expect(none.err).toContain('  flow.name: names a flow that there is not');
    expect((await put('not a name')).err).toContain('  name: ');
    expect(await json('list')).toEqual([]);
    expect((await ghostly('list')).out).toBe('no schedules');
  });
});

describe('ghostly schedules', () => {
  it('pauses with a reason, and resumes', async () => {
    const { ghostly, put, person } = await workplace();
    await put('nightly');
    expect(await ghostly('pause', 'nightly', '--reason', 'the shop moves')).toMatchObject({
      code: 0,
      out: 'paused nightly: its times are left out until it is resumed',
    });
    const why = `paused by ${person.email}: the shop moves`;
    expect((await ghostly('list')).out).toContain(why);
    expect((await ghostly('show', 'nightly')).out).toContain(`${why}, since 20`);
    expect((await ghostly('resume', 'nightly')).out).toMatch(
      /^nightly goes on, next \d{4}-01-01 00:00 \+00:00, in \d+ d$/,
    );
    expect((await ghostly('list')).out).toMatch(/ active$/);
  });

  it('triggers a run, also twice with one key only once, and shows it among the occurrences', async () => {
    const { ghostly, json, put, flow } = await workplace();
    await put('nightly');
    const first = await ghostly('trigger', 'nightly', '--idempotency-key', 'once');
    expect(first).toMatchObject({ code: 0, err: '' });
    const [, id = ''] =
      /^run (\S+)\nStarted\. Watch or cancel it:\n {2}npx ghostly watch \1/.exec(first.out) ?? [];
    expect(await json('trigger', 'nightly', '--idempotency-key', 'once')).toMatchObject({ id });
    expect(await json<Occurrence[]>('occurrences', 'nightly')).toMatchObject([
      { kind: 'manual', status: 'started', runId: id },
    ]);
    expect((await ghostly('show', 'nightly')).out).toMatch(new RegExp(` asked for +started +${id}$`));
    expect((await ghostly('list')).out).toMatch(new RegExp(`${flow} .* started \\d+ s ago +active$`));
  });

  it('says what a backfill would start, starts it, and then that it had a run', async () => {
    const { ghostly, json, put } = await workplace();
    await put('nightly', '--timezone', 'Europe/Berlin');
    const range = ['backfill', 'nightly', '--from', '2024-12-01', '--to', '2026-01-01T12:00:00Z'];
    const times = '  2025-01-01 00:00 +01:00\n  2026-01-01 00:00 +01:00';
    expect(await ghostly(...range, '--dry-run')).toEqual({
      code: 0,
      out: `would start 2 runs:\n${times}`,
      err: '',
    });
    expect((await ghostly('occurrences', 'nightly')).out).toBe('no matching occurrences');
    expect(await json(...range)).toMatchObject({
      times: [expect.any(String), expect.any(String)],
      before: [],
    });
    expect((await ghostly(...range, '--overlap', 'allow')).out).toBe(
      'nothing to start\n2 times had a run before',
    );
    const due = await ghostly('occurrences', 'nightly', '--status', 'due', '-n', '1');
    expect(due.out).toMatch(/^TIME .*\n2026-01-01 00:00 +backfill +due$/);
    expect((await ghostly('occurrences', 'nightly', '--status', 'dst_gap')).out).toBe(
      'no matching occurrences',
    );
    const backwards = await ghostly('backfill', 'nightly', '--from', '1d', '--to', '2d');
    expect(backwards).toMatchObject({
      code: 2,
      err: expect.stringContaining('  to: must be later than the'),
    });
  });

  it('lists all there are, over the pages of the gateway', async () => {
    const { person, ghostly, json, put } = await workplace();
    await put('nightly');
    await ghostly('backfill', 'nightly', '--from', '1800-06-01', '--to', '2026-06-01');
    const found = (...more: string[]) => json<Occurrence[]>('occurrences', 'nightly', ...more);
    const years = (await found('-n', '1000')).map(({ nominalAt }) => Number(nominalAt.slice(0, 4)));
    expect(years).toEqual(Array.from({ length: 226 }, (_, n) => 2026 - n));
    expect(await found('-n', '101')).toHaveLength(101);
    expect(await found()).toHaveLength(50);
    await gateway.sql.rows(MANY, [person.projectId]);
    expect(await json<Schedule[]>('list')).toHaveLength(151);
  });

  it('previews a pattern, with what the clock skips', async () => {
    const { ghostly, json } = await workplace();
    const berlin = ['preview', '30 2 * * *', '--timezone', 'Europe/Berlin', '--from', '2099-03-28T12:00:00Z'];
    expect((await ghostly(...berlin, '--count', '2')).out).toMatch(
      /^2099-03-29 03:00 \+02:00 {2}in .* {2}the clock skips 02:30: due right after\n2099-03-30 02:30 \+02:00 {2}in \S+ d$/,
    );
    expect((await ghostly(...berlin, '--dst', 'skip')).out).toContain('the clock skips 02:30: left out');
    expect((await json<{ times: unknown[] }>('preview', YEARLY)).times).toHaveLength(5);
    expect((await ghostly('preview', 'soon')).err).toContain('  cron: must be a cron pattern');
  });

  it('deletes a schedule; what is not there, or not allowed, is said', async () => {
    const { ghostly, put } = await workplace();
    await put('nightly');
    expect(await ghostly('delete', 'nightly')).toEqual({ code: 0, out: 'deleted nightly', err: '' });
    for (const action of ['show', 'pause', 'resume', 'trigger', 'occurrences', 'delete'])
      expect(await ghostly(action, 'nightly')).toEqual({ code: 5, out: '', err: 'not found (404)' });
    expect((await ghostly('list', '--project', 'Nowhere')).err).toMatch(/^you have no project "Nowhere"/);
    const watcher = await workplace(['runs:read']);
    expect(await watcher.put('nightly')).toMatchObject({ code: 4, err: 'forbidden (403)' });
    expect(await watcher.ghostly('list')).toMatchObject({ code: 0, out: 'no schedules' });
  });
});
