/*
 * `npm run test:nightly [-- restore cluster]`: what takes too long for `.ci/run`, or some parts of it. Ends with a table of what
 * ran, how long that took and how it ended, and with 1 if a part failed.
 */
import { PARTS, type Part, runParts, scriptOf, tableOf } from './parts.ts';
import { measureSlowness } from './slowness.ts';
import { endWithParent, run } from './stage.ts';

const given = process.argv.slice(2);
const unknown = given.filter((name) => !PARTS.some((part) => part === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; the parts are ${PARTS.join(', ')}.`);
  process.exit(2);
}

endWithParent();
const runPart = (part: Part) => {
  console.log(`\n${part}: npm run ${scriptOf(part)}`);
  return run(part, 'npm', 'run', '--silent', scriptOf(part));
};
const slowBefore = await measureSlowness();
const ran = await runParts(
  PARTS.filter((part) => given.length === 0 || given.includes(part)),
  runPart,
);
const slow = [slowBefore, await measureSlowness()].map(({ usual }) => usual.toFixed(1));
console.log(
  `\nnpm run test:nightly, on a machine that took ${slow.join(' (before) and ')} (after) times as long as two calm cores:\n${tableOf(ran)}`,
);
process.exitCode = ran.every(({ ok }) => ok) ? 0 : 1;
