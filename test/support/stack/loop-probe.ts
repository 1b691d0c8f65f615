/*
 * Preloaded into a service (`--import`): keeps the longest turn of its event loop, ms, in the file LOOP_PROBE, by the time
 * that its thread had a processor. Begins anew at each SIGUSR2.
 */
import { writeFileSync } from 'node:fs';

const file = process.env.LOOP_PROBE;
const LOOK_MS = 5;

if (file !== undefined) {
  const threadMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let longest = 0;
  let last = threadMs();
  const tell = (ms: number) => {
    longest = ms;
    writeFileSync(file, String(ms));
  };
  process.on('SIGUSR2', () => {
    last = threadMs();
    tell(0);
  });
  const look = () => {
    const now = threadMs();
    if (now - last > longest) tell(now - last);
    last = threadMs();
  };
  setInterval(look, LOOK_MS).unref();
}
