/*
 * Loaded before a gateway (`node --import`): ids of runs are of simulated days, each of which lasts BENCH_DAY_MS from
 * BENCH_FIRST_AT on; the first is BENCH_FIRST_DAY. All else goes by the clock.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const DAY_MS = 86_400_000;
const of = (name: string) => Number(process.env[name]);
const scale = DAY_MS / of('BENCH_DAY_MS');

const uuidv7 = (): string => {
  const at = Math.round(of('BENCH_FIRST_DAY') + (Date.now() - of('BENCH_FIRST_AT')) * scale);
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
};
Object.assign(crypto, { randomUUIDv7: uuidv7 });
syncBuiltinESMExports();
