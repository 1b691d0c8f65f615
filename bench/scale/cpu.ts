/* How much CPU each kind of process took, as /proc has it: on few cores they share it, and one's gain is another's loss. */
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Fleet, Kind } from './fleet.ts';

/** `idle`: of all cores together, so that what others took of the machine is known. */
export type Cpu = Record<Kind | 'bench' | 'idle', number>;

const TICKS = 100;

/** Seconds since the start of each, by kind. Those of PostgreSQL are for all of its databases. */
export async function readCpu({ pids }: Fleet): Promise<Cpu> {
  const all = await readAll();
  const own = (pid: number) => all.get(pid)?.own ?? 0;
  const sum = (list: number[]) => list.reduce((total, pid) => total + own(pid), 0);
  const [postmaster] = pids.postgres;
  const server = all.get(postmaster!);
  const backends = [...all].filter(([, { parent }]) => parent === postmaster).map(([pid]) => pid);
  return {
    postgres: (server?.own ?? 0) + (server?.ended ?? 0) + sum(backends),
    nats: sum(pids.nats),
    gateway: sum(pids.gateway),
    supervisor: sum(pids.supervisor),
    runner: sum(pids.runner),
    bench: own(process.pid),
    idle: cpus().reduce((total, { times }) => total + times.idle, 0) / 1_000,
  };
}

export const cpuBetween = (from: Cpu, to: Cpu): Cpu =>
  Object.fromEntries(Object.entries(to).map(([kind, at]) => [kind, at - from[kind as keyof Cpu]])) as Cpu;

export function tellCpu(used: Cpu, seconds: number): string {
  const parts = Object.entries(used).filter(([, s]) => s / seconds >= 0.01);
  return parts.map(([kind, s]) => `${kind} ${(s / seconds).toFixed(2)}`).join(', ');
}

/** `ended`: times of children that ended. */
interface Times {
  parent: number;
  own: number;
  ended: number;
}

async function readAll(): Promise<Map<number, Times>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = pids.map(async (pid) => [Number(pid), await readTimes(pid)] as const);
  return new Map((await Promise.all(read)).flatMap(([pid, times]) => (times ? [[pid, times] as const] : [])));
}

async function readTimes(pid: string): Promise<Times | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined); // it may have ended
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (from: number) => (Number(fields[from]) + Number(fields[from + 1])) / TICKS;
  return { parent: Number(fields[1]), own: ticks(11), ended: ticks(13) };
}

/** Bytes that these processes have in memory, together. */
export async function residentBytes(pids: number[]): Promise<number> {
  const sizes = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return 1_024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  });
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
