import type { Log } from '#shared/platform/log/log.ts';
import { createLog } from '#shared/platform/log/log.ts';

/** A log, and what it has said. */
export function keptLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog('test', 'trace', { write: (line) => void lines.push(line) }), lines };
}

/** A log that says nothing. */
export const quietLog = (): Log => createLog('test', 'silent', { write: () => undefined });
