import { startEgress } from '../../../../services/runner/egress/egress.ts';

/** A process with a proxy process, whose pid it tells, until it is killed. */
const outer = { http: undefined, https: undefined, not: undefined };
const egress = await startEgress({ policy: 'any', outer, log: { warn: () => undefined } });
process.send?.(egress.pid);
setInterval(() => undefined, 1_000);
