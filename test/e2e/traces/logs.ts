import { expect, test } from 'vitest';
import { ownerGone } from '../../support/database/owner-gone.ts';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { extendedOnly } from '../../support/share.ts';
import type { ServiceKind, ServiceProcess } from '../../support/stack/stack.ts';
import { startTracedRun, TRACE_ID } from './traced-run.ts';
import { bench } from './traced-stack.ts';

type Line = Record<string, unknown>;

/** What the processes have logged about a run, by the process. */
const linesAbout = (id: string) =>
  bench.stack.processes.flatMap(({ kind, lines }) =>
    lines.filter((line) => line.includes(id)).map((line) => [kind, JSON.parse(line) as Line] as const),
  );

async function ownerOf(runner: ServiceProcess): Promise<unknown> {
  return (JSON.parse(await runner.logged('"ready"')) as Line).owner;
}

const runner = () => bench.stack.processes.find(({ kind, running }) => kind === 'runner' && running)!;
const saidBy = (said: ReturnType<typeof linesAbout>, kind: ServiceKind) =>
  said.filter(([by]) => by === kind).map(([, line]) => line);

extendedOnly(() => {
  test('every line about a run names it and its trace; those of its owner and of a supervisor also the claim', async () => {
    const { id, watch } = await startTracedRun(bench);
    await bench.client.cancel(id);
    await watch.ended();
    const saidByRunner = () => saidBy(linesAbout(id), 'runner').map(({ msg }) => msg);
    const saidByGateway = () => saidBy(linesAbout(id), 'gateway').map(({ msg }) => msg);
    await eventually(async () => expect(saidByRunner()).toEqual(['claimed', 'ended']));
    await eventually(async () => expect(saidByGateway()).toContain('cancel'));

    const said = linesAbout(id);
    for (const [, line] of said) expect(line).toMatchObject({ runId: id, traceId: TRACE_ID });
    const owner = await ownerOf(runner());
    for (const line of saidBy(said, 'runner')) expect(line).toMatchObject({ owner, epoch: 1 });
    const ofGateway = saidBy(said, 'gateway');
    expect(ofGateway).toContainEqual(expect.objectContaining({ path: '/v1/run', status: 202 }));
    expect(ofGateway).toContainEqual(expect.objectContaining({ msg: 'cancel', owner, epoch: 1 }));

    // A run whose runner dies: a supervisor says which claim it ended.
    const lost = await startTracedRun(bench);
    const killed = runner();
    killed.signal('SIGKILL');
    await killed.exited;
    await ownerGone(bench.stack.databaseUrl, lost.id);
    expect((await bench.client.cancel(lost.id)).body).toMatchObject({ stale: true });
    expect(await lost.watch.until(isEvent('run_end'))).toBeDefined();
    // It says so once the end is stored, which watchers may see first.
    await eventually(async () =>
      expect(saidBy(linesAbout(lost.id), 'supervisor')).toEqual([
        expect.objectContaining({ runId: lost.id, traceId: TRACE_ID, owner, epoch: 1, stale: true }),
      ]),
    );
    // It removes what the killed one left.
    await bench.stack.start('runner');
  });
});
