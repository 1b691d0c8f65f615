/* The packed client under every way in which TypeScript and Node find a package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Consumer, createConsumer, run, usableNodes } from '../../../support/client-package.ts';
import { CLONE } from '../../../support/stack/cli.ts';

let consumer: Consumer;
let program: string;
beforeAll(async () => {
  consumer = await createConsumer();
  program = await readFile(join(import.meta.dirname, '../../../fixtures/client-consumer.ts'), 'utf8');
});
afterAll(() => consumer?.remove());

/** The last version that knows `node10`, and ours. */
const COMPILERS = {
  'TypeScript 6': ['typescript-6/bin/tsc'],
  'TypeScript 7': ['typescript/bin/tsc', '--checkers', '1'],
} as const;

const WAYS: [
  compiler: keyof typeof COMPILERS,
  moduleResolution: string,
  module: string,
  ...files: string[],
][] = [
  ['TypeScript 6', 'node10', 'commonjs', 'consumer.ts'],
  ['TypeScript 7', 'node16', 'node16', 'consumer.mts', 'asynchronous.cts'],
  ['TypeScript 7', 'nodenext', 'nodenext', 'consumer.mts', 'consumer.cts'],
  ['TypeScript 7', 'bundler', 'esnext', 'consumer.ts'],
];

/** For CommonJS before `require` of ESM: types by their own import, values by an asynchronous one. */
function asynchronously(text: string): string {
  const types =
    "import type { Client, RunDetail, StreamEntry } from '@ghostly/client' with { 'resolution-mode': 'import' };";
  const values =
    "  const { ApiError, createClient, GatewayError, isFinal } = await import('@ghostly/client');";
  return text
    .replace(/^import \{[^}]+\} from '@ghostly\/client';/, types)
    .replace(/^export async function .*$/m, (line) => `${line}\n${values}`);
}

test.for(WAYS)('%s checks a program strictly with moduleResolution %s', async (way) => {
  const [compiler, moduleResolution, module, ...files] = way;
  for (const file of files)
    await consumer.write(file, file.startsWith('asynchronous') ? asynchronously(program) : program);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    module,
    moduleResolution,
    ...(moduleResolution === 'node10' && { ignoreDeprecations: '6.0' }),
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    // The compiler's own have nothing to do with the package.
    skipDefaultLibCheck: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  await consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const [tsc, ...options] = COMPILERS[compiler];
  const checked = await run(process.execPath, [
    join(CLONE, 'node_modules', tsc),
    ...[...options, '--project', consumer.folder],
  ]).catch((error: { stdout: string }) => error);
  expect(checked.stdout).toBe('');
});

test('the packed client is loaded by import, and by require where Node can require modules', async () => {
  const load = {
    'load.mjs': "import * as client from '@ghostly/client';",
    'load.cjs': "const client = require('@ghostly/client');",
  };
  for (const [name, code] of Object.entries(load)) {
    const file = await consumer.write(name, `${code}\nconsole.log(typeof client.createClient);`);
    for (const node of await usableNodes()) {
      const { stdout: requires } = await run(node, ['-p', 'process.features.require_module === true']);
      if (name === 'load.cjs' && requires.trim() !== 'true') continue;
      expect((await run(node, [file])).stdout, `${node} ${name}`).toBe('function\n');
    }
  }
});
