import { readdirSync, readFileSync } from 'node:fs';

interface Row {
  pid: number;
  parent: number;
  /** Its own, and that of those that it has outlived, ms. */
  cpuMs: number;
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
    return [{ pid: Number(pid), parent, cpuMs: (user + system + ofUser + ofSystem) * TICK_MS }];
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

/** CPU time that a process and all below it have taken so far, user and system, ms. Linux only. */
export function cpuOfTree(root: number): number {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(rowOf);
  const sum = (pid: number): number =>
    rows.filter(({ parent }) => parent === pid).reduce((total, row) => total + row.cpuMs + sum(row.pid), 0);
  return sum(root) + (rows.find(({ pid }) => pid === root)?.cpuMs ?? 0);
}
