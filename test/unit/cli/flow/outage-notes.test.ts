/* A command that can no longer show outages says so, and why. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { noteOutages } from '../../../../services/cli/flow/outage-notes.ts';

it('says that outages are no longer shown, and why, when it fails other than by its end', async () => {
  const outages = [{ name: 'database', since: new Date(0).toISOString() }];
  const server = createServer((_, response) => response.end(JSON.stringify({ outages })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const over = new AbortController();
  const said = Promise.withResolvers<string>();
  let hasFailed = false;
  noteOutages(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, over.signal, (line) => {
    if (hasFailed) return said.resolve(line);
    hasFailed = true;
    throw new Error('the terminal is gone');
  });
  expect(await said.promise).toBe('outages are no longer shown: the terminal is gone');
  over.abort();
});
