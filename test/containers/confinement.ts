import assert from 'node:assert/strict';
import type { Compose } from './compose.ts';
import { flowOf, type Load } from './load.ts';

/** Printed as JSON inside a container: its processes, and whether its image can be written to. */
const LOOK = `
  const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
  const read = (pid, name) => { try { return readFileSync('/proc/' + pid + '/' + name, 'utf8'); } catch (error) { return error.code; } };
  const processes = readdirSync('/proc').filter(Number).map((pid) => {
    const status = read(pid, 'status');
    const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)?.[1];
    return { pid, command: read(pid, 'cmdline').replaceAll('\\0', ' '), uid: field('Uid'), effective: field('CapEff'),
      noNewPrivileges: field('NoNewPrivs'), seccomp: field('Seccomp'), environment: read(pid, 'environ').length > 20 ? 'readable' : read(pid, 'environ') };
  });
  let write = 'allowed';
  try { writeFileSync('/written', ''); } catch (error) { write = error.code; }
  console.log(JSON.stringify({ processes, write }));`;

interface Seen {
  processes: {
    pid: string;
    command: string;
    uid: string;
    effective: string;
    noNewPrivileges: string;
    seccomp: string;
    environment: string;
  }[];
  write: string;
}

const NONE = '0000000000000000';
/** CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID: by which the runner gives Chromium and the encoder users of their own. */
const RUNNER = '00000000000000e3';
const SERVICES = { gateway: NONE, supervisor: NONE, runner: RUNNER };
const CONFINED = { noNewPrivileges: '1', seccomp: '2' };
const LONG_MS = 100_000;

/** What is seen in a container by a process of this user. */
async function lookInto(compose: Compose, service: string, uid: number): Promise<Seen> {
  const seen = await compose.run(['exec', '-T', '--user', `${uid}:${uid}`, service, 'node', '-e', LOOK]);
  return JSON.parse(seen) as Seen;
}

/**
 * The services are not root, have no rights of root, cannot write to their image, and hide their variables from other
 * processes of their user; Chromium and the encoder have users of their own, and no rights at all.
 */
export async function checkConfinement(compose: Compose, load: Load): Promise<string> {
  for (const [service, effective] of Object.entries(SERVICES)) {
    const { processes, write } = await lookInto(compose, service, 10_001);
    assert.equal(write, 'EROFS', service);
    const own = processes.filter(({ command }) => command.startsWith(`node dist/services/${service}.js`));
    assert(own.length > 0, `${service}: ${JSON.stringify(processes)}`);
    for (const { pid, command, ...seen } of own)
      assert.deepEqual(seen, { uid: '10001', effective, ...CONFINED, environment: 'EACCES' }, service);
  }

  const id = await load.start({ ...flowOf(LONG_MS), recordVideoOnFailure: true });
  await load.waits(id);
  const { processes } = await lookInto(compose, 'runner', 61_100);
  for (const [program, uid] of [
    ['/usr/lib/chromium/', '61100'],
    ['/usr/bin/ffmpeg', '61101'],
  ] as const) {
    const found = processes.filter(({ command }) => command.startsWith(program));
    assert(found.length > 0, `${program}: ${JSON.stringify(processes)}`);
    for (const { pid, command, environment, effective, ...seen } of found) {
      assert.deepEqual(seen, { uid, ...CONFINED }, command);
      // What its sandbox starts has rights, in a user namespace of its own.
      if (!command.includes('--type=')) assert.equal(effective, NONE, command);
    }
  }
  // Chromium's user can read none of those that have secrets in them.
  const readable = processes.filter(({ uid, environment }) => uid !== '61100' && environment === 'readable');
  assert.deepEqual(readable, []);
  await load.cancel(id);
  await load.settled(id);
  return 'gateway, runner and supervisor: uid 10001, read-only, no new privileges, a seccomp profile, no capabilities (the runner: those to change users); Chromium: uid 61100, ffmpeg: 61101, neither with a capability nor a look at the variables';
}
