/* A local PostgreSQL listens on 127.0.0.1 only, and no server of another stack is taken for a leftover one. */
import { describe, expect, test } from 'vitest';
import { isNatsOf } from '../../../../../services/cli/local/nats/leftover.ts';
import { isPostmasterOf } from '../../../../../services/cli/local/postgres/leftover.ts';
import { dataOutside } from '../../../../../services/cli/local/postgres/outside.ts';
import { postgresArguments, startFailure } from '../../../../../services/cli/local/postgres/settings.ts';
import { chooseStrategy } from '../../../../../services/cli/local/postgres/strategy.ts';

test.each([
  [{ isRoot: false, namespacesWork: false, hasDataOutside: false }, 'direct'],
  [{ isRoot: true, namespacesWork: true, hasDataOutside: false }, 'namespace'],
  [{ isRoot: true, namespacesWork: false, hasDataOutside: false }, 'copy'],
  // Data that was once placed outside stays there, whatever the kernel allows by now.
  [{ isRoot: true, namespacesWork: true, hasDataOutside: true }, 'copy'],
])('%o runs PostgreSQL by %s', (facts, strategy) => {
  expect(chooseStrategy(facts)).toBe(strategy);
});

describe('a leftover server', () => {
  test('is ours only if its program and its data are', () => {
    expect(isPostmasterOf('/c/bin/postgres -D /h/postgres -c port=1', '/h/postgres')).toBe(true);
    expect(isPostmasterOf('/c/bin/postgres -D /h/postgres', '/h/postgres')).toBe(true);
    expect(isPostmasterOf('/c/bin/postgres -D /h/postgres2 -c port=1', '/h/postgres')).toBe(false);
    expect(isPostmasterOf('postgres: checkpointer', '/h/postgres')).toBe(false);
    expect(isPostmasterOf('tail -D /h/postgres -f', '/h/postgres')).toBe(false);
    expect(isPostmasterOf(undefined, '/h/postgres')).toBe(false);
  });

  test('of NATS is in its configuration', () => {
    expect(isNatsOf('/usr/sbin/nats-server -c /h/nats/nats.conf', '/h/nats')).toBe(true);
    expect(isNatsOf('/usr/sbin/nats-server -c /other/nats.conf', '/h/nats')).toBe(false);
    expect(isNatsOf('vi /h/nats/nats.conf ', '/h/nats')).toBe(false);
  });
});

test.each([
  ['FATAL:  lock file "postmaster.pid" already exists', 'locked'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'locked'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'port_busy'],
  ['FATAL:  could not create any TCP/IP sockets', 'port_busy'],
  ['FATAL:  database files are incompatible with server', 'other'],
])('"%s" means %s', (line, meaning) => {
  expect(startFailure(line)).toBe(meaning);
});

test('PostgreSQL listens on 127.0.0.1 only and has no socket file', () => {
  const settings = postgresArguments('/d', { port: 5, durable: true });
  expect(settings).toContain('listen_addresses=127.0.0.1');
  expect(settings).toContain('unix_socket_directories=');
  expect(settings).not.toContain('fsync=off');
  expect(postgresArguments('/d', { port: 5, durable: false })).toContain('fsync=off');
});

test('each data folder has its own place outside', () => {
  expect(dataOutside('/a', '/base')).toMatch(/^\/base\/data\/[0-9a-f]{20}$/);
  expect(dataOutside('/a')).not.toBe(dataOutside('/b'));
});
