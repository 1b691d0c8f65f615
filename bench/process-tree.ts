import { readdirSync, readFileSync } from 'node:fs';

interface Row {
  pid: number;
  parent: number;
  name: string;
  /** CPU time of its own, ms. */
  ownMs: number;
  /** CPU of the children that it has outlived, ms. */
  outlivedMs: number;
}

/** A tick of `/proc`, ms. */
const TICK_MS = 10;

function rowOf(pid: string): Row[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain blanks: fields are counted from its end.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, ofUser = 0, ofSystem = 0] = fields.slice(11, 15);
    return [
      {
        pid: Number(pid),
        parent,
        name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
        ownMs: (user + system) * TICK_MS,
        outlivedMs: (ofUser + ofSystem) * TICK_MS,
      },
    ];
  } catch {
    return []; // it has ended
  }
}

/** CPU time that the threads of a process have taken so far, user and system, ms, more exactly than in ticks. Linux only. */
export const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map(
      (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    )
    .reduce((sum, ms) => sum + ms, 0);

/** A process and all below it. Linux only. */
export function treeOf(root: number): Row[] {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(rowOf);
  const below = (pid: number): Row[] =>
    rows.filter(({ parent }) => parent === pid).flatMap((row) => [row, ...below(row.pid)]);
  return [...rows.filter(({ pid }) => pid === root), ...below(root)];
}

/** CPU time that a process and all below it have taken so far, user and system, ms. Linux only. */
export const cpuOfTree = (root: number): number =>
  treeOf(root).reduce((sum, { ownMs, outlivedMs }) => sum + ownMs + outlivedMs, 0);

/** Memory of a process, what it shares counted in shares, MiB. */
export function memoryOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended
  }
}

/** What a process has in memory, shared code included, MiB. Linux only. */
export const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
