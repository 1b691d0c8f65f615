import { describe, expect, test } from 'vitest';
import { idIn, useGhostly } from '../../support/cli/ghostly.ts';
import { eventually } from '../../support/eventually.ts';

const { bench, flow, ghostly } = useGhostly();

const inputsSchema = { type: 'object', properties: { name: { type: 'string' } } };
/** A named flow of the default project, which has an input. */
async function keep(name: string, ...steps: object[]): Promise<void> {
  const path = `/v1/projects/${await bench.client.project()}/flows/${name}`;
  const body = { flow: { ...JSON.parse(flow({ action: 'goto', url: '/form' }, ...steps)), inputsSchema } };
  const { status, text } = await bench.client.request('PUT', path, { body });
  expect([200, 201], text).toContain(status);
}
const fill = { action: 'fill', selector: '[name=name]', value: '${inputs.name}' };
/** Not due while the tests go on. */
const YEARLY = ['--cron', '0 0 1 1 *', '--timezone', 'Europe/Berlin', '--input', 'name=Ann'];
const lines = async (...args: string[]) => (await ghostly(['schedules', ...args])).out.split('\n');

describe('schedules', () => {
  test('a schedule starts a run by hand, which is watched to its end and then known as its last', async () => {
    await keep('greet', { ...fill, secret: false });
    const made = await ghostly(['schedules', 'put', 'greeting', ...YEARLY, '--flow', 'greet']);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/^made greeting\nNext in Europe\/Berlin:\n {2}\d{4}-01-01 00:00 \+01:00 /);

    const { code, out, err } = await ghostly(['schedules', 'trigger', 'greeting', '--watch']);
    expect({ code, err }, out).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^✓ fill \[name=name\] /m);
    expect(out).toMatch(/^PASS in /m);
    const id = idIn(out);
    expect(await bench.client.read(id)).toMatchObject({
      flow: { name: 'greet', version: 1 },
      trigger: { schedule: 'greeting', kind: 'manual' },
    });
    await eventually(async () => expect((await lines())[1]).toMatch(/^greeting .* pass \d+ s ago +active$/));
    const [, occurrence] = await lines('occurrences', 'greeting');
    expect(occurrence).toMatch(new RegExp(` asked for +started +pass +${id}$`));
  });

  test('of a flow that types a secret in clear is refused with its step: exit code 2', async () => {
    await keep('log-in', fill);
    const put = ['schedules', 'put', 'login', ...YEARLY, '--flow', 'log-in'];
    const { code, out, err } = await ghostly(put);
    expect({ code, out }, err).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^ {2}flow\.steps\.1\.value: would be typed as a secret, and is kept in clear until then/m,
    );
  });

  test('that is paused says who has done that and why, and can be deleted', async () => {
    await keep('greet', { ...fill, secret: false });
    await ghostly(['schedules', 'put', 'unwanted', ...YEARLY, '--flow', 'greet']);
    const paused = await ghostly(['schedules', 'pause', 'unwanted', '--reason', 'not now', '--json']);
    expect(JSON.parse(paused.out)).toMatchObject({ paused: { why: 'user', reason: 'not now' } });
    expect((await lines('show', 'unwanted')).join('\n')).toMatch(
      /^ {2}state +paused by \S+: not now, since 20/m,
    );
    expect(await ghostly(['schedules', 'delete', 'unwanted'])).toMatchObject({ code: 0 });
    const gone = await ghostly(['schedules', 'show', 'unwanted']);
    expect(gone).toMatchObject({ code: 5, err: 'ghostly: not found (404)' });
  });
});
