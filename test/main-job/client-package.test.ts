/* I7: the packed client is small, needs nothing but zod, and does what its README says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VISUALISER_DIR } from '../support/build/build.ts';
import { type Consumer, createConsumer, filesOf, run, usableNodes } from '../support/client-package.ts';
import { PATIENCE_MS } from '../support/eventually.ts';
import { range } from '../support/http/run-stream.ts';
import { CLONE } from '../support/stack/cli.ts';
import { useStack } from '../support/stack/use-stack.ts';

// Serves a page, whose address `ghostly run` prints.
const bench = useStack({ env: { GHOSTLY_WEB_DIR: VISUALISER_DIR } });
let consumer: Consumer;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  consumer = await createConsumer();
  env = { PATH: process.env.PATH, GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
});
afterAll(() => consumer?.remove());

const examples = async (): Promise<string[]> => {
  const readme = await readFile(join(consumer.packed, 'README.md'), 'utf8');
  return [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
};

/** The id of a run that has passed. */
async function passedRun(): Promise<string> {
  const id = await bench.client.start({
    baseUrl: bench.client.url,
    steps: [{ action: 'goto', url: '/health' }],
  });
  await bench.client.ended(id);
  return id;
}

describe('the packed client', () => {
  test('is small and plain: JavaScript, types, licence, README, and zod alone beside it', async () => {
    expect(consumer.size).toBeLessThan(88_000);
    const files = await filesOf(consumer.packed);
    expect(
      files.filter(
        (file) => !/(\.js|\.d\.ts|^dist|LICENSE|README\.md|package\.json)$/.test(file) && /\.\w+$/.test(file),
      ),
    ).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/types/api/client/index.d.ts']),
    );

    const manifest = JSON.parse(await readFile(join(consumer.packed, 'package.json'), 'utf8'));
    const ours = JSON.parse(await readFile(join(CLONE, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      version: ours.version,
      license: ours.license,
      dependencies: { zod: ours.dependencies.zod },
    });
    expect(Object.keys(manifest.dependencies)).toEqual(['zod']);

    const code = await Promise.all(
      files
        .filter((file) => /\.(js|d\.ts)$/.test(file))
        .map((file) => readFile(join(consumer.packed, file), 'utf8')),
    );
    const imported = code.flatMap((text) =>
      [...text.matchAll(/\bfrom ['"]([^'"]+)['"]/g)].map(([, name]) => name),
    );
    // Its types name each other.
    expect(new Set(imported.filter((name) => !/^\.\.?\/.*\.js$/.test(name ?? '')))).toEqual(new Set(['zod']));
  });

  test('does what its README says, under each Node that is here', { timeout: 4 * PATIENCE_MS }, async () => {
    const file = await consumer.write('readme.js', (await examples()).join('\n'));
    for (const node of await usableNodes()) {
      const { stdout } = await run(node, [file], { env });
      const lines = stdout.trimEnd().split('\n');
      // The status when the watcher connects, by which a fast run may have ended.
      expect(['running', 'pass'], stdout).toContain(lines[0]);
      expect(lines[1], stdout).toBe('1 transition');
      expect(lines).toEqual(expect.arrayContaining(['pass', 'fail enough', 'true', '409 run_final']));
      expect(stdout).toContain("status: 'cancelling'");
      expect(stdout).toMatch(/^[\d.]+ ms from the request to the end$/m);
      expect(stdout).toMatch(/^done \d+ of \d+$/m);
    }
  });

  test('I7: goes on after the event that the watcher has, and ends by itself', async () => {
    const program = `
      import { createClient } from '@ghostly/client';
      const client = createClient({ url: process.env.GHOSTLY_URL, apiKey: process.env.GHOSTLY_API_KEY });
      const seqs = [];
      for await (const entry of client.watch('${await passedRun()}', { lastEventId: 2 }))
        seqs.push(entry.kind === 'assist' ? entry.seq : (entry.status ?? entry.kind));
      console.log(JSON.stringify(seqs));`;
    const { stdout } = await run(process.execPath, [await consumer.write('resume.js', program)], { env });
    const entries: unknown[] = JSON.parse(stdout);
    const seqs = entries.filter((entry) => typeof entry === 'number');
    expect(seqs).toEqual(range(3, seqs.length));
    expect(entries).toEqual(['pass', ...seqs, 'pass', 'end']);
  });
});
