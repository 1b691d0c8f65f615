/* An error that a bundled service logs names the places in its sources. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SERVICES } from '#shared/platform/build/parts.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FAILING =
  "import { Server } from 'node:net'; Server.prototype.listen = () => { throw new Error('made'); }";
const env = {
  DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none',
  NATS_URL: 'nats://127.0.0.1:1',
  GHOSTLY_JWT_SECRET: 'only for tests, but it is long enough',
  NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(FAILING)}"`,
};

it('an error that a bundled service logs names the places in its sources', async () => {
  const script = join(ROOT, SERVICES.folder, 'gateway.js');
  const lines = await new Promise<string>((resolve) =>
    execFile(process.execPath, [script], { env }, (_, stdout) => resolve(stdout)),
  );
  const { err } = JSON.parse(lines.split('\n').find((line) => line.includes('made'))!);
  const [, at = ''] = /at startServer \((.*)\)/.exec(err.stack) ?? [];
  const [path = '', line] = at.split(':');
  expect(path).toBe(join(ROOT, 'shared/platform/http/http-server.ts'));
  expect(readFileSync(path, 'utf8').split('\n')[Number(line) - 1]).toContain('server.listen(port, ');
});
