import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where Linux tells of groups of processes and of this one's; others in tests. */
interface Groups {
  /** Where they are mounted. */
  folder: string;
  /** The file that names those of this process. */
  own: string;
}

/**
 * Cores' worth of time that this process and what it starts may take, by the quota of its container; Infinity without
 * one. Node counts the cores that it may run on, and knows of a quota only where the groups are laid out as it expects.
 */
export function coreLimit({ folder, own }: Groups = { folder: '/sys/fs/cgroup', own: '/proc/self/cgroup' }) {
  const limits = (read(own) ?? '').split('\n').flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line.startsWith('0::')) return upwards(path).map((at) => quotaOf(join(folder, at)));
    if (!controllers.split(',').includes('cpu')) return [];
    return upwards(path).map((at) => olderQuotaOf(join(folder, 'cpu', at)));
  });
  return Math.min(Infinity, ...limits);
}

/** A limit of a group above counts too; in a container the mounted root is often its own group. */
function upwards(path: string): string[] {
  return path === '/' || path === '.' ? ['/'] : [path, ...upwards(dirname(path))];
}

/** Version 2: `max 100000`, or both in µs. */
function quotaOf(group: string): number {
  const [quota, period] = (read(join(group, 'cpu.max')) ?? 'max').split(' ').map(Number);
  return coresOf(quota, period);
}

/** Version 1: -1 is none. */
const olderQuotaOf = (group: string): number =>
  coresOf(Number(read(join(group, 'cpu.cfs_quota_us'))), Number(read(join(group, 'cpu.cfs_period_us'))));

const coresOf = (quota = Number.NaN, period = Number.NaN): number =>
  quota > 0 && period > 0 ? quota / period : Infinity;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
