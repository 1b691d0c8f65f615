/* A process is alive at once, and ready once it reaches all that it needs; it names what fails. */
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { serveHealth } from '#shared/platform/process/health.ts';
import { quietLog } from '../../../support/log-lines.ts';

const open = () => serveHealth('runner', { HOST: '127.0.0.1', GHOSTLY_HEALTH_PORT: 0 }, quietLog());
const ask = async (port: number | undefined, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, body: await answer.json() };
};
const OK = { status: 200, body: { ok: true } };
const notReady = (...missing: string[]) => ({
  status: 503,
  body: { ok: false, error: 'not ready', missing },
});

it('a process is alive at once, and ready when the service has started and reaches all that it needs', async () => {
  await using health = await open();
  expect(await ask(health.port, '/health')).toEqual(OK);
  expect(await ask(health.port, '/ready')).toEqual(notReady('starting'));
  expect(await ask(health.port, '/ready?without=nats')).toEqual(notReady('starting'));

  const reach = { database: true, nats: true };
  health.started({ database: async () => reach.database, nats: async () => reach.nats });
  expect(await ask(health.port, '/ready?a=b')).toEqual(OK);
  reach.nats = false;
  expect(await ask(health.port, '/ready')).toEqual(notReady('nats'));
  expect(await ask(health.port, '/ready?without=nats')).toEqual(OK);
  expect(await ask(health.port, '/ready?without=database')).toEqual(notReady('nats'));
  expect(await ask(health.port, '/health')).toEqual(OK);
  expect(await ask(health.port, '/other')).toMatchObject({ status: 404 });
});

it('a process names what fails, and what does not answer within a second', async () => {
  await using health = await open();
  health.started({
    hangs: () => new Promise(() => undefined),
    rejects: () => Promise.reject(new Error('gone')),
    works: async () => true,
  });
  expect(await ask(health.port, '/ready')).toEqual(notReady('hangs', 'rejects'));
});

it('a process refuses a port that is in use', async () => {
  await using taken = await open();
  await expect(
    serveHealth('runner', { HOST: '127.0.0.1', GHOSTLY_HEALTH_PORT: taken.port }, quietLog()),
  ).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

it('a process listens nowhere without a port, and leaves its port when it is closed', async () => {
  await using none = await serveHealth(
    'runner',
    { HOST: '127.0.0.1', GHOSTLY_HEALTH_PORT: undefined },
    quietLog(),
  );
  none.started({});
  expect(none.port).toBeUndefined();

  const health = await open();
  await ask(health.port, '/health');
  await health[Symbol.asyncDispose]();
  const next = createServer();
  await new Promise<void>((resolve, reject) => {
    next.once('error', reject).listen(health.port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => next.close(resolve));
});
