import assert from 'node:assert/strict';
import type { Compose } from './compose.ts';

/** Printed as JSON inside a container, about itself. */
const LOOK = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const status = readFileSync('/proc/1/status', 'utf8');
  const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
  let write = 'allowed';
  try { writeFileSync('/written', ''); } catch (error) { write = error.code; }
  console.log(JSON.stringify({ uid: field('Uid'), effective: field('CapEff'), bounding: field('CapBnd'),
    noNewPrivileges: field('NoNewPrivs'), seccomp: field('Seccomp'), write }));`;

const NONE = '0000000000000000';
/** CAP_SYS_CHROOT alone: Chromium's sandbox. */
const CHROOT = '0000000000040000';
const SERVICES = { gateway: NONE, supervisor: NONE, runner: CHROOT };

/** The services are not root, have no rights of root, and cannot write to their image. */
export async function checkConfinement(compose: Compose): Promise<string> {
  for (const [service, capabilities] of Object.entries(SERVICES)) {
    const seen = await compose.run(['exec', '-T', service, 'node', '-e', LOOK]);
    assert.deepEqual(
      JSON.parse(seen),
      {
        ...{ uid: '10001', effective: capabilities, bounding: capabilities },
        ...{ noNewPrivileges: '1', seccomp: '2', write: 'EROFS' },
      },
      service,
    );
  }
  return 'gateway, runner and supervisor: uid 10001, read-only, no new privileges, a seccomp profile, no capabilities (the runner: SYS_CHROOT)';
}
