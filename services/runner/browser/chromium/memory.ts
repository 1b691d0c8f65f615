import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/**
 * Memory that this process and what it starts may still take, bytes: of the machine, or of the container if it has a
 * limit. What a container keeps of files that nobody reads counts as free, as it does for a machine.
 */
export function availableMemory(): number {
  const available = process.availableMemory();
  return limitedMemory() < totalmem() ? available + unusedFiles() : available;
}

/** Only in a container, whose own group is the root that it sees. */
function unusedFiles(): number {
  try {
    const stat = readFileSync('/sys/fs/cgroup/memory.stat', 'utf8');
    return Number(/^inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Memory of the machine, or of the container if it has a limit, bytes. */
export const limitedMemory = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
