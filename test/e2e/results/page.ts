/* Each flow of docs/flows.md passes as it stands there, and so does the first example. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { runCli } from '../../support/stack/cli.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();

async function run(flow: string) {
  const moved = { ...JSON.parse(flow), baseUrl: `http://127.0.0.1:${await freePort()}` };
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  return runCli(['run', '-', '--watch'], { env, input: JSON.stringify(moved) });
}

test('the flows of docs/flows.md pass', async () => {
  const flows = readFileSync('docs/flows.md', 'utf8').matchAll(/```json\n(\{.*?\n\})\n```/gs);
  const [flow, ...others] = [...flows].map(([, text = '']) => text);
  expect(others).toEqual([]);
  const { code, out } = await run(flow ?? '');
  expect(code, out).toBe(0);
  expect(out).toMatch(/^lines {2}\[\{"article":"Ghost mug","price":\d+/m);
  expect(out).toMatch(/^order {2}\{"article":"Ghost mug","run":"[-0-9a-f]{36}"\}$/m);
});

test('the first example says what the mug costs', async () => {
  const { code, out } = await run(readFileSync('examples/order.json', 'utf8'));
  expect(code, out).toBe(0);
  expect(out).toMatch(/^total {2}\d+$/m);
});
