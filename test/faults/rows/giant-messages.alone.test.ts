/* I13: a page whose browser sends more than a string can hold ends its own run, with a reason, and no other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { type Giant, type GiantSite, startGiantSite } from '../../support/sites/giant-site.ts';
import { createStack, type ServiceProcess, type Stack, startOneOfEach } from '../../support/stack/stack.ts';

const MIB = 1024 ** 2;
/** More than the longest string of V8 has letters. */
const LARGEST = 552e6;

let stack: Stack;
let client: Client;
let runner: ServiceProcess;
let site: GiantSite;

beforeAll(async () => {
  [stack, site] = await Promise.all([createStack(), startGiantSite()]);
  ({ client, runner } = await startOneOfEach(stack));
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** For as long as a step may take. */
const NEVER = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };

const GIANTS: readonly (readonly [Giant, number])[] = [
  ['its title', LARGEST],
  ...share<readonly (readonly [Giant, number])[]>(
    [],
    [
      ['an error that it throws', 300 * MIB],
      ['the console of a worker', 300 * MIB],
      ['the name of a frame', 300 * MIB],
    ],
  ),
];

test.each(GIANTS)(
  'row 30: a page that makes its browser tell of %s, larger than a string may be, ends its own run with a reason, and no other (I13)',
  { timeout: 600_000 },
  async (giant, bytes) => {
    const beside = await client.start({
      baseUrl: site.url,
      project: await client.addProject('Beside a giant'),
      steps: [
        { action: 'goto', url: '/plain' },
        // It outlives the other, whose giant takes a busy machine a minute to make.
        ...Array.from({ length: 4 }, () => ({ ...NEVER, optional: true })),
      ],
    });
    const ofOther = await client.watch(beside);
    await ofOther.until(isEvent('step_start', 1));

    const steps = [{ action: 'goto', url: site.path(giant, bytes), timeoutMs: 120_000 }, NEVER];
    const id = await client.start({ baseUrl: site.url, steps });
    expect(expectWholeStream(await (await client.watch(id)).ended(400_000))).toEqual({ status: 'fail' });
    const run = await client.read(id);
    expect(run.stopReason).toBe('step_failed');
    expect(run.steps.at(-1)?.error).toContain('the page made its browser send a message of more than 8 MiB');

    expect((await client.read(beside)).status).toBe('running');
    await client.cancel(beside);
    expect(expectWholeStream(await ofOther.ended())).toMatchObject({ cancelled: true });
    expect(runner.lines.join('\n')).not.toContain('uncaught');
  },
);
