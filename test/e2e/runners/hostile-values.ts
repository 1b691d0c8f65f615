import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import type { ServiceProcess } from '../../support/stack/stack.ts';
import { useServices, useStack } from '../../support/stack/use-stack.ts';

/** Nothing that a client sends holds up a service for longer, ms (I13). */
const LONGEST = 50;
const HOSTILE = 8;

const bench = useStack({ besides: ['supervisor'] });

describe('a gateway and a runner whose turns are measured', () => {
  const watched = useServices(() => {
    const probe = new URL('../../support/stack/loop-probe.ts', import.meta.url).href;
    const probed = (kind: string) => ({
      NODE_OPTIONS: `--import ${probe}`,
      LOOP_PROBE: probeFile(kind),
      RUNNER_SLOTS: String(HOSTILE + 1),
    });
    return (['gateway', 'runner'] as const).map((kind) => bench.stack.launch(kind, probed(kind)));
  });
  let client: Client;
  beforeAll(async () => {
    client = await bench.stack.clientOf(watched[0]!);
  });

  const probeFile = (kind: string) => join(bench.stack.home, '..', `probe-${kind}`);
  async function end(id: string) {
    await (await client.watch(id)).ended();
    return client.read(id);
  }
  const longestTurn = async ({ kind }: ServiceProcess) => Number(await readFile(probeFile(kind), 'utf8'));

  const fillValue = (run: number, n: number) => `${run} ${n} "<é&'>é `.repeat(2_100);
  const TWENTY_FOUR = Array.from({ length: 24 }, (_, n) => n);

  /** A megabyte of values, distinct and as costly to encode as can be, and a page that shows how each of them begins. */
  const hostileFlow = (run: number) => ({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: fillValue(run, 24) },
      { action: 'snapshot' },
      {
        action: 'fill',
        selector: '[name=name]',
        secret: false,
        value: TWENTY_FOUR.map((n) => fillValue(run, n).slice(0, 100)).join(' '),
      },
      ...Array.from({ length: 4 }, () => ({ action: 'snapshot' })),
    ],
    onCancel: TWENTY_FOUR.map((n) => ({ action: 'fill', selector: '[name=note]', value: fillValue(run, n) })),
  });

  test('I13: eight flows with a megabyte of fill values block neither runner nor gateway, and no neighbour loses its lease', async () => {
    const warmUp = await client.start(hostileFlow(99));
    expect((await end(warmUp)).status).toBe('pass');
    for (const service of watched) {
      service.signal('SIGUSR2');
      await eventually(async () => expect(await longestTurn(service)).toBeLessThan(1_000));
    }
    const hostile = await Promise.all(
      Array.from({ length: HOSTILE }, (_, run) => client.start(hostileFlow(run))),
    );
    const neighbour = await client.start({
      baseUrl: bench.site.url,
      steps: Array.from({ length: 20 }, () => ({ action: 'goto', url: '/plain' })),
    });
    expect(await end(neighbour)).toMatchObject({ status: 'pass' });
    for (const id of hostile) {
      const run = await end(id);
      expect(run).toMatchObject({ status: 'pass' });
      expect(run.steps[2]!.a11y).toContain('[REDACTED]');
      expect(run.steps[2]!.a11y).not.toContain('é');
    }
    const turns = await Promise.all(
      watched.map(async (service) => [service.kind, await longestTurn(service)]),
    );
    for (const [kind, ms] of turns) expect(ms, `${kind} was blocked`).toBeLessThan(LONGEST);
  });
});
