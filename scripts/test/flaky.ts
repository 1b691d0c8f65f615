/*
 * `npm run test:flaky -- <file> [times]`: runs one test file twenty times, or as often as is said, beside a process that
 * keeps each core busy. Ends with how often it failed, and with 1 if it did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { endWithParent, run } from './stage.ts';

const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const [file, times = '20'] = process.argv.slice(2);
if (file === undefined || !/^[1-9]\d*$/.test(times)) {
  console.error('npm run test:flaky -- <file> [times]');
  process.exit(2);
}

endWithParent();
// Each ends with this process, whose end closes its stdin.
const BUSY =
  "process.stdin.on('close', () => process.exit()).resume(); setInterval(() => { const until = Date.now() + 200; while (Date.now() < until); })";
const hogs = Array.from({ length: availableParallelism() }, () =>
  spawn(process.execPath, ['-e', BUSY], { stdio: ['pipe', 'ignore', 'inherit'] }),
);
const ended: boolean[] = [];
for (let n = 1; n <= Number(times); n += 1) {
  const { ok, seconds } = await run('vitest', process.execPath, VITEST, 'run', '--reporter', 'agent', file);
  ended.push(ok);
  console.log(`${n} of ${times}: ${ok ? 'passed' : 'FAILED'} (${seconds} s)`);
}
const exits = hogs.filter(({ exitCode }) => exitCode === null).map((hog) => once(hog, 'exit'));
for (const hog of hogs) hog.kill();
await Promise.all(exits);
const failed = ended.filter((ok) => !ok).length;
console.log(`${file} failed ${failed} of ${times} times beside ${hogs.length} busy processes.`);
process.exitCode = failed === 0 ? 0 : 1;
