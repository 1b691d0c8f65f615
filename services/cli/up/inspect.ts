import { isAlive } from '#shared/platform/process/identity.ts';
import type { Home } from './home/home.ts';
import { lockHolder } from './home/lock.ts';
import { gatewaysOf, readUpFile, type UpFile } from './home/up-file.ts';

export interface ProcessState {
  name: string;
  pid: number | null;
  state: 'running' | 'not running' | 'external';
}

export interface StackState {
  running: boolean;
  /** Every process of the stack is running and the gateways report that they are ready. */
  ready: boolean;
  /** The first of `gateways`. */
  gateway?: string;
  gateways?: string[];
  problem?: string;
  processes: ProcessState[];
}

const READY_WITHIN_MS = 3_000;

export const processesIn = ({ pids }: UpFile, alive: (pid: number) => boolean): ProcessState[] => {
  const row = (name: string, pid: number | null): ProcessState => ({
    name,
    pid,
    state: pid === null ? 'external' : alive(pid) ? 'running' : 'not running',
  });
  const group = (name: string, members: readonly number[]) =>
    members.map((pid, index) => row(`${name}-${index + 1}`, pid));
  return [
    ...group('gateway', pids.gateway),
    ...group('runner', pids.runner),
    ...group('supervisor', pids.supervisor),
    row('nats', pids.nats),
    row('postgres', pids.postgres),
  ];
};

const askReady = async (gateway: string): Promise<string | undefined> => {
  try {
    const response = await fetch(`${gateway}/ready`, { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    if (response.ok) return undefined;
    return `the gateway ${gateway} is not ready: ${(await response.text()).slice(0, 200)}`;
  } catch {
    return `the gateway ${gateway} does not answer`;
  }
};

/** What is running on a home, checked with the processes themselves. */
export const inspectStack = async (home: Home): Promise<StackState> => {
  const holder = await lockHolder(home.lockFile);
  const up = await readUpFile(home.upFile);
  if (holder === undefined || up === undefined) {
    const problem = holder === undefined ? 'not running' : 'starting or stopping';
    return { running: holder !== undefined, ready: false, problem, processes: [] };
  }
  const processes = [{ name: 'up', pid: holder.pid, state: 'running' } as const, ...processesIn(up, isAlive)];
  const gateways = gatewaysOf(up);
  const problem = (await Promise.all(gateways.map(askReady))).find((answer) => answer !== undefined);
  const ready = problem === undefined && processes.every(({ state }) => state !== 'not running');
  return {
    running: true,
    ready,
    gateway: up.gateway,
    gateways,
    ...(problem === undefined ? {} : { problem }),
    processes,
  };
};
