/* What deployments do so that a page that breaks out of Chromium finds little: docs/security.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { environmentOf, find, podOf, render, renderOwn } from '../../support/cluster/manifests.ts';
import { needs } from '../../support/machine.ts';
import { invalid, misspelt } from './schemas.ts';

const page = (path: string): string => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const PROFILE = 'deploy/kubernetes/nodes/chromium.json';

/** What the runner may do besides what its own user may: only change users. */
const RIGHTS = ['SETUID', 'SETGID', 'CHOWN', 'DAC_OVERRIDE', 'KILL'];
const granted = RIGHTS.map((name) => `+${name.toLowerCase()}`).join(',');

const ownWith = (...components: string[]) =>
  renderOwn(
    JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: 'ghostly',
      resources: ['../ghostly/deploy/kubernetes/overlays/small'],
      components: components.map((name) => `../ghostly/deploy/kubernetes/components/${name}`),
    }),
  );

describe('the seccomp profile', () => {
  const { defaultAction, syscalls } = JSON.parse(page(PROFILE)) as {
    defaultAction: string;
    syscalls: { names: string[]; action: string; args?: unknown[] }[];
  };
  const allowed = syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW').flatMap(({ names }) => names);

  it('allows what Chromium’s sandbox needs, and no more than it lists', () => {
    expect(defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(allowed).toEqual(expect.arrayContaining(['clone', 'clone3', 'unshare', 'chroot', 'seccomp']));
  });

  it('I10: allows no look into other processes, and no way to what only the machine’s root needs', () => {
    const refused = [
      ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd', 'kcmp', 'perf_event_open', 'bpf'],
      ...['mount', 'pivot_root', 'setns', 'open_by_handle_at', 'init_module', 'kexec_load', 'keyctl'],
      ...['io_uring_setup', 'userfaultfd'],
    ];
    expect(refused.filter((name) => allowed.includes(name))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  const { runner } = (
    parse(page('docker-compose.yml'), { merge: true }) as {
      services: Record<
        string,
        { security_opt: string[]; environment: Record<string, string>; tmpfs: string[] } & object
      >;
    }
  ).services;

  it('starts no browser without the sandbox of Chromium, whose profile it brings', () => {
    expect(runner?.environment.GHOSTLY_SANDBOX).toMatch(/GHOSTLY_SANDBOX:-on\}$/);
    expect(runner?.security_opt).toEqual(['no-new-privileges:true', `seccomp:./${PROFILE}`]);
  });

  it('lets Chromium and the encoder have users of their own', () => {
    expect(runner).toMatchObject({ user: '0:0', cap_drop: ['ALL'], cap_add: RIGHTS });
    expect(runner).toMatchObject({ command: ['as-runner', 'node', 'dist/services/runner.js'] });
    expect(
      page('deploy/as-runner.sh')
        .split('\n')
        .find((line) => line.startsWith('rights=')),
    ).toBe(`rights=${[...granted.split(',')].join(',')}`);
  });

  it('lets the runner execute the scripts that change to these users, which are in its folder for what is temporary', () => {
    expect(runner?.tmpfs).toContain('/data/tmp:mode=1777,exec');
  });
});

describe('deploy/kubernetes', () => {
  beforeEach(() => needs('kubectl'));

  it('puts the profile on every node under the name by which runners ask for it', async () => {
    const objects = await render('nodes');
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    expect(await misspelt('nodes', objects)).toEqual([]);
    const [{ data = {} } = {}] = objects.filter(({ kind }) => kind === 'ConfigMap');
    expect(data['chromium.json']).toBe(page(PROFILE));
    const set = JSON.stringify(find(objects, 'DaemonSet', 'ghostly-profile').spec);
    expect(set).toContain('/var/lib/kubelet/seccomp');
    const runner = podOf(find(await render('base'), 'Deployment', 'ghostly-runner'));
    const { localhostProfile = '' } = runner.securityContext.seccompProfile as { localhostProfile?: string };
    expect(set).toContain(`/seccomp/${localhostProfile}'`);
  });

  it('has a component by which Chromium and the encoder have users of their own', async () => {
    const objects = await ownWith('browser-user');
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    expect(await misspelt('browser-user', objects)).toEqual([]);
    const { securityContext, containers } = podOf(find(objects, 'Deployment', 'ghostly-runner'));
    expect(securityContext).toMatchObject({ runAsUser: 0, seccompProfile: { type: 'Localhost' } });
    expect(containers[0].args).toEqual(['as-runner', 'node', 'dist/services/runner.js']);
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: RIGHTS },
    });
    // The other services stay as they were.
    for (const name of ['ghostly-gateway', 'ghostly-supervisor'])
      expect(podOf(find(objects, 'Deployment', name)).securityContext).toMatchObject({ runAsNonRoot: true });
    expect(find(objects, 'Namespace', 'ghostly').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'baseline',
    });
  });

  it('has a component for nodes that cannot have the profile', async () => {
    const objects = await ownWith('browser-user', 'no-sandbox');
    const { securityContext, containers } = podOf(find(objects, 'Deployment', 'ghostly-runner'));
    expect(securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(environmentOf(objects, containers[0]).plain.GHOSTLY_SANDBOX).toBe('off');
  });
});
