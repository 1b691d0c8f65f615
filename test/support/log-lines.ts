import type { Log } from '#shared/process/log.ts';
import { createLog } from '#shared/process/log.ts';

/** A log that says nothing. */
export const quietLog = (): Log => createLog('test', 'silent', { write: () => undefined });
