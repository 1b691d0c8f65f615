/* A service that lacks a part of its environment runs once it gets that, or leaves once its parent is gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ENVIRONMENT_FOLLOWS } from '#shared/platform/process/service.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const SERVICE = `
  import { runService } from '#shared/platform/process/service.ts';
  await runService('test', 'info', async ({ stopped, ready }) => {
    ready({ later: process.env.LATER });
    await stopped;
  });`;

const start = () =>
  spawn(process.execPath, ['--input-type=module', '--eval', SERVICE, '--', ENVIRONMENT_FOLLOWS], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

it('a service that is started before all is known runs once it gets the rest', async () => {
  const child = start();
  child.send({ env: { LATER: 'later' } });
  const [message] = await once(child, 'message');
  expect(message).toEqual({ type: 'ready', later: 'later' });
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

it('a service that waits for the rest of its environment leaves when its parent is gone before that', async () => {
  const child = start();
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});
