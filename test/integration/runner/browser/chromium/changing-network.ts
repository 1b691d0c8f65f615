/*
 * A process in its own network namespace, where an interface appears whenever the browser connects. Opens one page;
 * prints how the step ended, and the connections. Arguments: folder for temp folders, number of changes, timeout in
 * ms.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { makeTempDir } from '../../../../../services/runner/browser/chromium/temp-dir.ts';
import { createBrowserPool } from '../../../../../services/runner/browser/pool.ts';
import { startEgress } from '../../../../../services/runner/egress/egress.ts';
import { vaultWithoutKeys } from '../vault-without-keys.ts';

const [root = '', changes = '', timeoutMs = ''] = process.argv.slice(2);
const ip = (...args: string[]) =>
  execFileSync('ip', args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });

ip('link', 'set', 'lo', 'up');
let opened = 0;
const outer = createServer();
outer.on('connect', (_request, socket) => {
  opened += 1;
  if (opened > Number(changes)) {
    socket.end('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>here</h1>');
    return;
  }
  // Not answered: the connection is being opened until Chromium gives it up.
  ip('link', 'add', `one${opened}`, 'type', 'veth', 'peer', 'name', `two${opened}`);
  ip('addr', 'add', `198.18.${opened}.1/30`, 'dev', `one${opened}`);
  ip('link', 'set', `one${opened}`, 'up');
});
outer.listen(0, '127.0.0.1');
await once(outer, 'listening');
const { port } = outer.address() as AddressInfo;

const { path } = await findChromium({ env: process.env });
await using folder = await makeTempDir(root, 'changing');
process.env.TMPDIR = folder.path;
const log = { info: () => undefined, warn: () => undefined };
await using egress = await startEgress({
  policy: 'any',
  log,
  outer: { http: `http://127.0.0.1:${port}`, https: undefined, not: undefined },
});
const pool = createBrowserPool({
  headlessPath: path,
  fullPath: undefined,
  ffmpegPath: undefined,
  sandbox: 'off',
  tempDir: folder.path,
  environment: process.env,
  egress,
  log,
});
const flow = flowSchema.parse({
  baseUrl: 'http://198.19.0.1',
  steps: [{ action: 'goto', url: '/', timeoutMs: Number(timeoutMs) }],
});
const run = await pool.open({
  runId: 'run',
  projectId: 'project',
  flow,
  vault: vaultWithoutKeys(flow),
  answers: { valueOf: () => undefined },
  artifacts: artifactsInFolder(root),
  epoch: 1,
  uploadFolders: undefined,
  logFields: { runId: 'run' },
  now: Date.now,
});
const { ok, error } = await run.perform(0, new AbortController().signal);
await run.close({ keepVideo: false, reason: 'over' });
await pool.close();
outer.close();
outer.closeAllConnections();
process.stdout.write(JSON.stringify({ ok, error, opened }));
