/* I5: a service of the local stack that ends is started again, until the stack is to stop. */
import { describe, expect, test } from 'vitest';
import { createKeeper, type KeeperEnd, RESTART, restartDelay } from '../../../../services/cli/up/keeper.ts';
import type { Running } from '../../../../services/cli/up/kept-process.ts';

type Fake = Running & { end: () => void };

const fakeProcess = (pid: number, stopped: string[]): Fake => {
  const exit = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
  return {
    pid,
    exited: exit.promise,
    end: () => exit.resolve({ code: 1, signal: null }),
    stop: async () => {
      stopped.push(`stop ${pid}`);
      exit.resolve({ code: 0, signal: null });
    },
    kill: () => {
      stopped.push(`kill ${pid}`);
      exit.resolve({ code: null, signal: 'SIGKILL' });
    },
  };
};

const given = (faults: (Error | undefined)[] = []) => {
  const processes: Fake[] = [];
  const stopped: string[] = [];
  const ends: KeeperEnd[] = [];
  const pids: (number | undefined)[] = [];
  const started: (() => void)[] = [];
  const keeper = createKeeper<Fake>({
    name: 'it',
    start: async () => {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      const process = fakeProcess(processes.length + 1, stopped);
      processes.push(process);
      return process;
    },
    onChange: () => {
      pids.push(keeper.pid);
      if (keeper.pid !== undefined) started.shift()?.();
    },
    onEnd: (event) => ends.push(event),
    now: () => 0,
    restart: { firstMs: 1, maxMs: 4, calmMs: 1_000 },
  });
  const nextStart = () => new Promise<void>((resolve) => started.push(resolve));
  return { keeper, processes, stopped, ends, pids, nextStart };
};

test('waits grow with each end in a row, up to a bound', () => {
  expect([1, 2, 3, 8, 100].map((failures) => restartDelay(RESTART, failures))).toEqual([
    100, 200, 400, 10_000, 10_000,
  ]);
});

describe('a keeper', () => {
  test('I5: starts a process again that ended, and says so', async () => {
    const { keeper, processes, ends, pids, nextStart } = given();
    await keeper.start();
    const again = nextStart();
    processes[0]?.end();
    await again;
    expect(pids).toEqual([1, undefined, 2]);
    expect(ends).toEqual([{ name: 'it', exit: { code: 1, signal: null }, againInMs: 1 }]);
    await keeper.stop(0);
  });

  test('goes on trying, more patiently each time, when a later start fails', async () => {
    const { keeper, processes, ends, nextStart } = given([undefined, new Error('no'), new Error('no')]);
    await keeper.start();
    const again = nextStart();
    processes[0]?.end();
    await again;
    expect(ends.map(({ againInMs }) => againInMs)).toEqual([1, 2, 4]);
    await keeper.stop(0);
  });

  test('does not try a first start again that failed', async () => {
    const { keeper, ends } = given([new Error('cannot')]);
    await expect(keeper.start()).rejects.toThrow('cannot');
    expect(ends).toEqual([]);
    await keeper.stop(0);
  });

  test('starts nothing more once it is asked to stop, not even between two starts', async () => {
    const { keeper, processes, stopped, ends } = given();
    await keeper.start();
    await keeper.stop(0);
    expect(stopped).toEqual(['stop 1']);
    expect(processes).toHaveLength(1);
    expect(ends).toEqual([]);
    expect(keeper.pid).toBeUndefined();
  });

  test('ends a process that came up after it was asked to stop', async () => {
    const { keeper, stopped } = given();
    const starting = keeper.start();
    const stopping = keeper.stop(0);
    await starting;
    await stopping;
    expect(stopped).toEqual(['kill 1']);
    expect(keeper.pid).toBeUndefined();
  });
});
