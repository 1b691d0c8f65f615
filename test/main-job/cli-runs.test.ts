/* I7: `ghostly run` and `watch` show each event once, over a killed gateway too, and exit as the run ended. */
import { describe, expect, test } from 'vitest';
import { freePort } from '../../services/cli/local/process/free-port.ts';
import { idIn, useGhostly } from '../support/cli/ghostly.ts';
import type { StreamData } from '../support/http/sse.ts';
import { extendedOnly } from '../support/share.ts';
import { runCli } from '../support/stack/cli.ts';

const { bench, envFor, flow, passing, waiting, ghostly, watchWaiting } = useGhostly();

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

  extendedOnly(() => {
    test('without --watch prints the id at once and how to watch and cancel it', async () => {
      const { code, out } = await ghostly(['run', '-'], waiting());
      const id = idIn(out);
      expect(code).toBe(0);
      expect(out).toContain(`npx ghostly watch ${id}`);
      expect(out).toContain(`npx ghostly cancel ${id}`);
      expect((await bench.client.read(id)).status).toBe('running');
      await bench.client.cancel(id);
    });

    test('starts the run in the project that is named, in the default one otherwise', async () => {
      const other = await bench.client.addProject('Other');
      const named = JSON.parse((await ghostly(['run', '-', '--json', '--project', other], passing())).out);
      const unnamed = JSON.parse((await ghostly(['run', '-', '--json'], passing())).out);
      expect((await bench.client.read(named.id)).project).toBe(other);
      expect((await bench.client.read(unnamed.id)).project).toBe(await bench.client.project());

      const { out } = await ghostly(['runs', '--project', other, '--json']);
      expect(JSON.parse(out).map(({ id }: { id: string }) => id)).toEqual([named.id]);
    });

    test('says what a run waits for that no runner takes', async () => {
      const only = ['--runner-labels', 'gpu', '--queue-timeout', '4s'];
      const { code, out } = await ghostly(['run', '-', '--watch', ...only], passing());
      expect(code).toBe(1);
      expect(out).toMatch(
        /^◌ waits: no runner with the labels gpu is up, since [\d:]{8}; it fails at [\d:]{8}$/m,
      );
      expect(out.match(/waits/g)).toHaveLength(1);
      expect(out).toMatch(/^FAIL in /m);
    });

    test('says what the page lets a step wait for', async () => {
      const steps = [
        { action: 'goto', url: '/plain' },
        { action: 'click', selector: '#nope', timeoutMs: 5_000 },
      ];
      const { out } = await ghostly(
        ['run', '-', '--watch'],
        JSON.stringify({ baseUrl: bench.site.url, steps }),
      );
      expect(out).toMatch(/^◌ waits: step 2 \(click #nope\) of at most 5\.0 s: no element matches, since/m);
      expect(out.match(/waits/g)).toHaveLength(1);
    });
  });

  test('with --json is the answer, then the entries of the stream, a line each', async () => {
    const { code, out } = await ghostly(['run', '-', '--watch', '--json'], passing());
    const [reply, ...entries] = out.split('\n').map((line) => JSON.parse(line)) as [
      { id: string; status: string },
      ...StreamData[],
    ];
    expect(code).toBe(0);
    expect(reply).toEqual({ ok: true, id: reply.id, status: 'running', replayed: false });
    // The status when the watcher connects, by which a fast run may have ended.
    expect(entries.at(0)).toMatchObject({
      kind: 'status',
      status: expect.stringMatching(/^(running|pass)$/),
    });
    expect(entries.slice(-2)).toMatchObject([{ kind: 'status', status: 'pass' }, { kind: 'end' }]);
    const { events } = await bench.client.read(reply.id);
    const assists = entries.filter(({ kind }) => kind === 'assist').map(({ kind: _, ...event }) => event);
    expect(assists).toEqual(events);
  });

  extendedOnly(() => {
    test('prints the address of the run’s page, where the gateway serves it', async () => {
      const { out } = await ghostly(['run', '-', '--watch'], passing());
      expect(out).toContain(`see it: ${bench.client.url}/#/runs/${idIn(out)}`);

      const gateway = await bench.stack.start('gateway', { GHOSTLY_WEB_DIR: '' });
      const env = envFor(await bench.stack.clientOf(gateway));
      const without = await runCli(['run', '-', '--watch'], { env, input: passing() });
      await gateway.stop();
      expect(without.out).toMatch(/^PASS in /m);
      expect(without.out).not.toContain('see it');
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
  });

  test('of a flow that cannot be used names each field, exit code 2, and starts nothing', async () => {
    const runs = async () => {
      const { text } = await bench.client.request('GET', '/v1/runs');
      return (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
    };
    const before = await runs();
    const { code, err } = await ghostly(['run', '-'], JSON.stringify({ baseUrl: 'ftp://x', steps: [] }));
    expect(code).toBe(2);
    expect(err).toMatch(/^ {2}baseUrl: /m);
    expect(err).toMatch(/^ {2}steps: /m);
    const reported = await ghostly(['run', '-', '--json'], JSON.stringify({ baseUrl: 'ftp://x', steps: [] }));
    expect(reported).toMatchObject({ code: 2, out: '' });
    const { details, ...body } = JSON.parse(reported.err) as { details: { issues: { path: string }[] } };
    expect(body).toEqual({ ok: false, code: 'flow', error: 'the flow on stdin is not a valid flow:' });
    expect(details.issues.map(({ path }) => path)).toEqual(['baseUrl', 'steps']);
    expect(await runs()).toEqual(before);
  });

  extendedOnly(() => {
    test('shows what comes from a page without its control characters', async () => {
      const selector = 'text=\x1b[31mred\x1b]0;owned\x07';
      const steps = flow({ action: 'goto', url: '/plain' }, { action: 'click', selector, timeoutMs: 200 });
      const { out } = await ghostly(['run', '-', '--watch'], steps);
      expect(out).toContain('✗ click text=red');
      expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    });
  });

  test('says in one line what the gateway refuses: exit code 5', async () => {
    const project = '00000000-0000-4000-8000-000000000000';
    const { code, err } = await ghostly(['run', '-', '--project', project], passing());
    expect({ code, err }).toEqual({ code: 5, err: 'ghostly: invalid project (400)' });
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
    expect((await bench.client.read(id)).status).toBe('running');
    await bench.client.cancel(id);
  });

  extendedOnly(() => {
    test('I7: goes on after the gateway was killed, with each event once and none missing', async () => {
      const gateway = await bench.stack.start('gateway');
      const watched = await bench.stack.clientOf(gateway);
      const { id, watcher } = await watchWaiting(['--json'], watched);
      gateway.signal('SIGKILL');
      await gateway.exited;
      await watcher.said('retrying');
      const again = await bench.stack.start('gateway', { PORT: new URL(watched.url).port });
      await bench.client.cancel(id);
      expect(await watcher.exited).toBe(1);
      await again.stop();
      const entries = watcher.out.map((line) => JSON.parse(line) as StreamData);
      const { events } = await bench.client.read(id);
      expect(entries.flatMap(({ seq }) => seq ?? [])).toEqual(events.map(({ seq }) => seq));
      expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(1);
      // A run that ended before the watcher was back is not shown as cancelling any more.
      const statuses = entries.flatMap(({ status }) => status ?? []);
      expect(statuses.filter((status) => status !== 'cancelling')).toEqual(['running', 'fail']);
    });

    test('takes the end of an id, as lists show it', async () => {
      const { out: live } = await ghostly(['run', '-', '--watch'], passing());
      const { code, out } = await ghostly(['watch', idIn(live).slice(-8)]);
      expect(code).toBe(0);
      expect(out).toMatch(/^PASS in /m);
      const unknown = await ghostly(['watch', '00000000']);
      expect(unknown).toMatchObject({ code: 5, err: 'ghostly: run not found (404)' });
      const several = await ghostly(['cancel', idIn(live).slice(-8), '00000000', '--json']);
      expect(JSON.parse(several.out)).toMatchObject({ matched: 2, alreadyFinal: 1, failed: 1 });
    });

    test('of a run that does not exist is exit code 1', async () => {
      const { code, err } = await ghostly(['watch', '00000000-0000-4000-8000-000000000000']);
      expect({ code, err }).toEqual({ code: 5, err: 'ghostly: run not found (404)' });
    });
  });
});
