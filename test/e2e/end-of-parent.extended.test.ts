/* A service whose parent is killed ends by itself, though nobody reads its log any more. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../services/cli/local/process/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { processesWith } from '../support/stack/leaks.ts';

let home: string;
let parent: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-parent-'));
});
afterEach(async () => {
  parent?.kill('SIGKILL');
  for (const { pid } of await processesWith(home)) process.kill(pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** Starts a service, and tells when that has logged something. */
const PARENT = `
import { spawn } from 'node:child_process';
const service = spawn(process.execPath, ['services/' + process.argv[1] + '/main.ts'], {
  detached: true,
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
});
service.stdout.once('data', () => process.stdout.write('logged'));`;

test.each(['gateway', 'runner', 'supervisor'])(
  'a %s whose parent is killed ends by itself, though nobody reads its log any more',
  async (kind) => {
    // Neither of its servers is there, so that it has something to log.
    const [postgres, nats] = [await freePort(), await freePort()];
    parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        TMPDIR: home,
        GHOSTLY_HOME: home,
        DATABASE_URL: `postgres://ghostly:secret@127.0.0.1:${postgres}/ghostly`,
        NATS_URL: `nats://127.0.0.1:${nats}`,
        GHOSTLY_JWT_SECRET: 'only for tests, but it is long enough',
        PORT: '0',
      },
    });
    await once(parent.stdout!, 'data');
    parent.kill('SIGKILL');
    await eventually(async () => expect(await processesWith(home)).toEqual([]));
  },
);
