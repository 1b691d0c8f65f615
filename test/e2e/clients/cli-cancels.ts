/* I3, I10: `ghostly cancel` ends runs for the reason given, `receipt` shows how, and `rerun` starts them again. */
import { describe, expect, test } from 'vitest';
import { idIn, useGhostly } from '../../support/cli/ghostly.ts';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { isEvent } from '../../support/http/sse.ts';
import { extendedOnly } from '../../support/share.ts';
import { startSite } from '../../support/sites/site.ts';

const { bench, passing, waiting, start, ghostly, startPassed, watchWaiting } = useGhostly();

describe('cancel', () => {
  test('I3: ends a run that waits, and its watchers read who asked and why', async () => {
    const { id, watcher } = await watchWaiting();
    const cancelled = await ghostly(['cancel', id, '--reason', 'enough \x1b[5mseen']);
    expect(cancelled).toEqual({ code: 0, out: `cancelling ${id}`, err: '' });
    expect(await watcher.exited).toBe(1);
    const shown = watcher.out.join('\n');
    expect(shown).toMatch(/^■ waitForSelector #never {2}interrupted {2,}/m);
    expect(shown).toMatch(/^CANCELLED in .* · by a user: enough seen$/m);

    const again = await ghostly(['cancel', id]);
    expect(again).toEqual({ code: 5, out: '', err: 'ghostly: run already finished (409)' });
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

  extendedOnly(() => {
    test('with --dry-run says which step would be interrupted, and the run goes on', async () => {
      const id = await start(waiting());
      await (await bench.client.watch(id)).until(isEvent('step_start', 1));
      const { code, out } = await ghostly(['cancel', id, '--dry-run']);
      expect({ code, line: out.split('\n').at(0) }).toEqual({ code: 0, line: `would be cancelling: ${id}` });
      expect(out).toContain('step 2 (waitForSelector) would be interrupted');
      expect((await bench.client.read(id)).status).toBe('running');
      await bench.client.cancel(id);
    });
  });

  test('I3: of all runs of a project ends them, and waits until it can say how they ended', async () => {
    const project = await bench.client.addProject('Bulk');
    const flow = { ...JSON.parse(waiting()), project };
    const ids = await Promise.all([bench.client.start(flow), bench.client.start(flow)]);
    const unsure = await ghostly(['cancel', '--all', '--project', 'Bulk']);
    expect(unsure.code).toBe(2);
    expect(unsure.err).toContain('--all needs --yes without a terminal');

    const bulk = await ghostly(['cancel', '--all', '--project', 'Bulk', '--yes', '--reason', 'deploy']);
    expect(bulk).toEqual({ code: 0, out: '2 runs: 2 cancelled', err: '' });
    for (const id of ids) {
      const { status, cancel } = await bench.client.read(id);
      expect({ status, cancel }).toMatchObject({ status: 'fail', cancel: { reason: 'deploy' } });
    }
  });
});

describe('receipt', () => {
  test('shows each hop of a cancel with its time, from the request to the end', async () => {
    const id = await start(waiting());
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('step_start', 1));
    await bench.client.cancel(id, { body: { reason: 'enough' } });
    await watch.ended();
    const { code, out } = await ghostly(['receipt', id]);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^cancel of ${id}  fail\\nby admin@test.local with the key .*: enough\\n`),
    );
    const hops = [...out.matchAll(/^[│■] (\w+( \w+)*) {2,}[\d.]+ m?s/gm)].map(([, name]) => name);
    const expected = ['stored', 'delivered', 'abort raised', 'call interrupted', 'context closed', 'final'];
    expect(hops).toEqual(expected);
    expect(out).toMatch(/^ {2}total +[\d.]+ m?s\n\nkept: 2 steps, /m);
    expect(JSON.parse((await ghostly(['receipt', id, '--json'])).out)).toHaveProperty('totalMs');
  });

  extendedOnly(() => {
    test('of a run that nobody cancelled is exit code 1', async () => {
      const id = await startPassed();
      expect(await ghostly(['receipt', id])).toEqual({ code: 5, out: '', err: 'ghostly: not found (404)' });
    });
  });
});

describe('rerun', () => {
  test('starts the flow of a run again, fill values and all, on another site if asked to', async () => {
    const first = await startPassed();
    await using other = await startSite();
    const { code, out } = await ghostly(['rerun', first, '--watch', '--base-url', other.url]);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^PASS in /m) });
    expect(other.requests).toContain('/form');
    const id = idIn(out);
    expect(id).not.toBe(first);
    const again = await bench.client.request<{ rerunOf: string }>('GET', `/v1/runs/${id}`);
    expect(again.body.rerunOf).toBe(first);
  });
});

extendedOnly(() => {
  describe("I10: a rerun of another user's flow", () => {
    test('is given the secrets that it needs, or says which those are', async () => {
      const { client: ann } = await addMember(await adminByToken(bench.client));
      const id = await ann.start(JSON.parse(passing()));
      await (await ann.watch(id)).ended();
      expect(await ghostly(['rerun', id, '--watch'])).toEqual({
        code: 2,
        out: '',
        err:
          'ghostly: this flow contains secrets of another user\n' +
          '  steps.1.value: set your own with --value steps.1.value=TEXT',
      });
      const { code, out } = await ghostly(['rerun', id, '--watch', '--value', 'steps.1.value=mine=this']);
      expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^PASS in /m) });
      expect(out).not.toContain('mine=this');
    });
  });
});
