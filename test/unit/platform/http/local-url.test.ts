/* A gateway that listens on any address has a URL that its own machine can call. */
import { expect, test } from 'vitest';
import { localUrl } from '#shared/platform/http/http-server.ts';

test.each([
  ['127.0.0.1', '127.0.0.1', 'http://127.0.0.1:4000'],
  ['localhost', '127.0.0.1', 'http://localhost:4000'],
  ['::1', '::1', 'http://[::1]:4000'],
  ['0.0.0.0', '0.0.0.0', 'http://127.0.0.1:4000'],
  ['0', '0.0.0.0', 'http://127.0.0.1:4000'],
  ['::', '::', 'http://[::1]:4000'],
  ['0:0:0:0:0:0:0:0', '::', 'http://[::1]:4000'],
])('a gateway that listens on %s is at an address that this machine can call', (host, address, url) => {
  expect(localUrl(host, { address, port: 4_000 })).toBe(url);
});
