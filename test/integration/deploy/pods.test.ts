/* I10, I11, I17: pods run as a plain user, browsers in a sandbox, with the variables and keys of their service alone. */
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { localUrl } from '#shared/platform/http/http-server.ts';
import { serveHealth } from '#shared/platform/process/health.ts';
import { environmentOf, find, OVERLAYS, podOf } from '../../support/cluster/manifests.ts';
import { quietLog } from '../../support/log-lines.ts';
import { needs } from '../../support/machine.ts';
import { CLOSING_MS } from './expected.ts';
import { configOf, deploymentOf, SERVICES, useOverlays } from './overlays.ts';
import { invalidIn, misspelt } from './schemas.ts';

await needs('kubectl');

const objectsOf = useOverlays();

const UNITS = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
function bytesOf(quantity = ''): number {
  const [, count, unit] = /^(\d+)(Mi|Gi|Ti)$/.exec(quantity) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

describe.each(OVERLAYS)('the pods of deploy/kubernetes/%s', (overlay) => {
  const objects = () => objectsOf(overlay);
  const pods = () => objects().filter(({ kind }) => kind === 'Deployment' || kind === 'Job');

  it('has objects that their schemas take, with no field that they do not know', async () => {
    expect(objects().length).toBeGreaterThan(15);
    expect(invalidIn(objects())).toEqual([]);
    expect(await misspelt(overlay.replaceAll('/', '-'), objects())).toEqual([]);
  });

  it.each(SERVICES)(
    'gives the %s variables that it reads, no others, with values that it takes',
    (service) => {
      const { plain, secret } = environmentOf(objects(), deploymentOf(objects(), service).containers[0]);
      const read: readonly string[] = READ_BY[service];
      expect([...Object.keys(plain), ...secret].filter((name) => !read.includes(name))).toEqual([]);
      expect(() => configOf(objects(), service)).not.toThrow();
    },
  );

  it('has secrets by reference only, and gives those that sign tokens to the gateway alone (I10)', () => {
    expect(objects().filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const signs = pods().filter((pod) => JSON.stringify(pod).includes('jwt-secret'));
    expect(signs.map(({ metadata }) => metadata.name)).toEqual(['ghostly-gateway']);
  });

  it('I17: gives the key that opens secrets to runners alone, and the one that seals to gateways alone', () => {
    const given = (name: string) =>
      pods()
        .filter((pod) => podOf(pod).containers.some(({ env = [] }) => env.some((one) => one.name === name)))
        .map(({ metadata }) => metadata.name);
    expect(given('GHOSTLY_SEAL_KEY')).toEqual(['ghostly-runner']);
    expect(given('GHOSTLY_SEAL_PUBLIC_KEY')).toEqual(['ghostly-gateway']);
    const refers = pods().filter((pod) => JSON.stringify(pod).includes('"seal-key"'));
    expect(refers.map(({ metadata }) => metadata.name)).toEqual(['ghostly-runner']);
  });

  it('runs everything as a plain user that can write nothing but its volumes', () => {
    expect(pods()).toHaveLength(4);
    for (const each of pods()) {
      const pod = podOf(each);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10_001,
        seccompProfile:
          each.metadata.name === 'ghostly-runner'
            ? { type: 'Localhost', localhostProfile: 'ghostly/chromium.json' }
            : { type: 'RuntimeDefault' },
      });
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('I11: starts no browser without the sandbox of Chromium', () => {
    expect(configOf(objects(), 'runner').GHOSTLY_SANDBOX).toBe('on');
  });

  it.each(['127.0.0.1', '::1'])('answers probes by %s, whatever family the cluster has', async (address) => {
    if (address === '::1') await needs('IPv6');
    for (const service of SERVICES) {
      const at = { HOST: configOf(objects(), service).HOST, GHOSTLY_HEALTH_PORT: 0 };
      await using health = await serveHealth(service, at, quietLog());
      const { hostname } = new URL(localUrl(address, { address, port: 1 }));
      const answer = await fetch(`http://${hostname}:${health.port}/health`);
      expect(answer.status).toBe(200);
    }
  });

  it('bounds the memory and the disk of every container, with room for what its volumes may hold', () => {
    for (const each of pods()) {
      const { containers, volumes } = podOf(each);
      const { requests, limits } = containers[0].resources;
      for (const kind of ['memory', 'ephemeral-storage']) {
        expect(Object.keys(requests), each.metadata.name).toContain(kind);
        expect(bytesOf(limits[kind])).toBeGreaterThanOrEqual(bytesOf(requests[kind]));
      }
      const onDisk = volumes.flatMap(({ emptyDir }) =>
        emptyDir?.medium === undefined ? (emptyDir?.sizeLimit ?? []) : [],
      );
      const bounded = onDisk.reduce((sum, size) => sum + bytesOf(size), 0);
      expect(bytesOf(limits['ephemeral-storage'])).toBeGreaterThan(bounded);
    }
  });

  it('gives an account of the cluster to the supervisor alone, which may patch pods and nothing else', () => {
    const withAccount = pods().filter((pod) => podOf(pod).automountServiceAccountToken);
    expect(withAccount.map(({ metadata }) => metadata.name)).toEqual(['ghostly-supervisor']);
    expect(find(objects(), 'Role', 'ghostly-supervisor')).toMatchObject({
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['patch'] }],
    });
  });

  it.each(SERVICES)('watches the %s by probes, and lets it close before it is killed', (service) => {
    const { containers, terminationGracePeriodSeconds = 30 } = deploymentOf(objects(), service);
    expect(containers[0].startupProbe).toMatchObject({ httpGet: { path: '/ready' } });
    // A Service must not lose all of its pods by what they lack at once.
    const ready = service === 'gateway' ? '/ready?without=nats' : '/ready';
    expect(containers[0].readinessProbe).toMatchObject({ httpGet: { path: ready, port: 'health' } });
    expect(containers[0].livenessProbe).toMatchObject({ httpGet: { path: '/health' } });
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(CLOSING_MS / 1_000);
  });

  it.each(SERVICES)('lets nodes with pods of the %s be drained, also if those are not ready', (service) => {
    const { spec } = find(objects(), 'PodDisruptionBudget', `ghostly-${service}`);
    expect(spec).toMatchObject({ unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    expect(spec).not.toHaveProperty('minAvailable');
  });

  it('keeps the pods of tries that failed, so that their logs say why the database could not be prepared', () => {
    const job = find(objects(), 'Job', 'ghostly-prepare');
    expect(podOf(job).restartPolicy).toBe('Never');
    expect(job.spec).toMatchObject({ backoffLimit: 10, ttlSecondsAfterFinished: 86_400 });
  });

  it('prepares the database by a Job that no change of a variable changes, and that needs no password later', () => {
    const [container] = podOf(find(objects(), 'Job', 'ghostly-prepare')).containers;
    expect(container).not.toHaveProperty('envFrom');
    const needed = container.env.filter(({ valueFrom }) => !valueFrom?.secretKeyRef?.optional);
    expect(needed.map(({ name }) => name)).toEqual(['DATABASE_URL']);
  });

  it('I15: lets the runners reach what their egress policy allows', () => {
    const policy = readEgressPolicy(configOf(objects(), 'runner').GHOSTLY_EGRESS);
    const allows = (address: string) =>
      policy.allowedOf(address, 443, [address], new Set()).allowed.length > 0;
    const { egress } = find(objects(), 'NetworkPolicy', 'ghostly-runner').spec as {
      egress: [{ to: { ipBlock: { cidr: string; except: string[] } }[] }];
    };
    const isIn = (address: string, cidr: string) => {
      const [network, bits] = ipaddr.parseCIDR(cidr);
      const parsed = ipaddr.parse(address);
      return parsed.kind() === network.kind() && parsed.match(network, bits);
    };
    const passes = (address: string) =>
      egress[0].to.some(
        ({ ipBlock: { cidr, except } }) =>
          isIn(address, cidr) && !except.some((network) => isIn(address, network)),
      );
    const addresses = [
      ...['1.1.1.1', '93.184.216.34', '9.255.255.255', '11.0.0.1', '172.15.0.1', '172.32.0.1', '192.167.1.1'],
      ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1', '0.0.0.0'],
      ...[
        '169.254.169.254',
        '168.63.129.16',
        '100.100.100.200',
        '192.0.0.192',
        '224.0.0.1',
        '255.255.255.255',
      ],
      ...[
        '198.18.0.1',
        '240.0.0.1',
        '2606:4700::1111',
        'fd00::1',
        'fe80::1',
        '::1',
        'ff02::1',
        'fd00:ec2::254',
      ],
      ...['2002:0a00:0001::1', '2001:db8::1', '64:ff9b::a00:1'],
    ];
    expect(addresses.filter((address) => passes(address) !== allows(address))).toEqual([]);
    expect(addresses.filter(passes).length).toBeGreaterThan(5);
  });
});
