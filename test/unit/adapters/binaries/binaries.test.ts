/* A missing program is got from a package or a checked release, or a line names the command that gets it. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launcher, simulatedPackages } from '#shared/adapters/binaries/apt.ts';
import { cacheFolder } from '#shared/adapters/binaries/cache.ts';
import { checksumOf, releaseName } from '#shared/adapters/binaries/download.ts';
import { placesToLook } from '#shared/adapters/binaries/places.ts';
import { BINARY_TOOLS, type ToolName } from '#shared/adapters/binaries/tools.ts';
import { type WayFacts, waysToGet } from '#shared/adapters/binaries/ways.ts';

describe('where a program is looked for', () => {
  const facts = { path: '/opt/bin:relative:/usr/bin', cacheDir: '/cache', playwrightPrograms: ['/pw/shell'] };
  const paths = (name: ToolName) => placesToLook(BINARY_TOOLS[name], facts).map(({ path }) => path);

  test('on PATH first, then among unpacked packages, then among downloads', () => {
    expect(paths('nats-server').filter((path) => !/^\/(usr\/local|opt\/homebrew)/.test(path))).toEqual([
      '/opt/bin/nats-server',
      '/usr/bin/nats-server',
      '/usr/sbin/nats-server',
      '/cache/debian/bin/nats-server',
      '/cache/release/nats-server',
      '/pw/shell',
    ]);
  });

  test('Debian’s browser is started itself, not by the script that would outlive it', () => {
    const shell = paths('chromium-headless-shell');
    expect(shell[0]).toBe('/usr/lib/chromium/chromium-headless-shell');
    expect(shell.indexOf('/usr/bin/chromium-headless-shell')).toBeGreaterThan(0);
  });

  test('a folder of PATH that depends on the working directory is not looked into', () => {
    expect(paths('chromium').some((path) => path.startsWith('relative'))).toBe(false);
  });
});

describe('how a missing program is got', () => {
  const ways = (name: ToolName, facts: Partial<WayFacts> & { commands?: string[] }) =>
    waysToGet(BINARY_TOOLS[name], {
      isRoot: false,
      platform: 'linux',
      arch: 'x64',
      has: (command) => (facts.commands ?? ['apt-get', 'dpkg-deb', 'tar']).includes(command),
      ...facts,
    });

  test.each<[string, ToolName, Parameters<typeof ways>[1], string[]]>([
    ['root on Debian', 'nats-server', { isRoot: true }, ['apt-install', 'apt-unpack', 'release']],
    ['a plain user on Debian', 'nats-server', {}, ['apt-unpack', 'release']],
    [
      'root on Debian',
      'chromium-headless-shell',
      { isRoot: true },
      ['apt-install', 'apt-unpack', 'playwright'],
    ],
    ['a plain user on Debian', 'chromium-headless-shell', {}, ['apt-unpack', 'playwright']],
    [
      'macOS with Homebrew',
      'nats-server',
      { platform: 'darwin', commands: ['brew', 'tar'] },
      ['homebrew', 'release'],
    ],
    [
      'macOS with Homebrew',
      'chromium-headless-shell',
      { platform: 'darwin', commands: ['brew'] },
      ['playwright'],
    ],
    ['another Linux', 'nats-server', { commands: ['tar'] }, ['release']],
    ['a machine for which there is no release', 'nats-server', { arch: 'riscv64', commands: ['tar'] }, []],
  ])('%s: %s', (_, name, facts, expected) => {
    expect(ways(name, facts)).toEqual(expected);
  });
});

test('the packages to unpack are read from what apt would install', () => {
  expect(
    simulatedPackages([
      'Reading lists',
      'Inst libnss3 (2:3.1 Debian)',
      'Inst a:amd64 [1] (2)',
      'Conf libnss3',
    ]),
  ).toEqual(['libnss3', 'a:amd64']);
});

test('an unpacked browser is exec’d, with its own libraries first', () => {
  const script = launcher('/c/chromium', 'usr/lib/chromium/shell', ['/c/chromium/usr/lib/x86_64-linux-gnu']);
  expect(script).toContain('exec "/c/chromium/usr/lib/chromium/shell" "$@"');
  expect(script).toContain('LD_LIBRARY_PATH="/c/chromium/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+');
});

test('a release is checked against the sum published for its name', () => {
  const name = `${releaseName('linux', 'x64')}.tar.gz`;
  expect(name).toMatch(/^nats-server-v[\d.]+-linux-amd64\.tar\.gz$/);
  expect(checksumOf(`aaa  other.tar.gz\nbbb  ${name}\n`, name)).toBe('bbb');
  expect(checksumOf('aaa  other.tar.gz\n', name)).toBeUndefined();
});

test('the cache is the user’s, not a stack’s', () => {
  expect(cacheFolder({ HOME: '/home/a', GHOSTLY_HOME: '/x' })).toBe('/home/a/.cache/ghostly');
  expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/c' })).toBe('/c/ghostly');
  expect(cacheFolder({})).toBe(join(userInfo().homedir, '.cache/ghostly'));
});

test('what is missing is said in one line that names a command', () => {
  for (const { missing } of Object.values(BINARY_TOOLS))
    expect(missing).toMatch(/^(?!.*\n).*apt-get install \S+/);
});
