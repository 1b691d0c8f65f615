import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '#shared/config/config.ts';
import { readEgressPolicy } from '#shared/config/egress/policy.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { serveHealth } from '#shared/process/health.ts';
import { localUrl } from '#shared/process/http-server.ts';
import {
  environmentOf,
  find,
  type Manifest,
  OVERLAYS,
  type Overlay,
  podOf,
  render,
  renderOwn,
  type Scaling,
  scalingOf,
} from '../../support/cluster/manifests.ts';
import { quietLog } from '../../support/log-lines.ts';
import { CLOSING_MS, SECRETS } from './expected.ts';
import { invalid, misspelt } from './schemas.ts';

const ROOT = join(import.meta.dirname, '../../..');
const rendered = new Map<Overlay, Manifest[]>();
beforeAll(async () => {
  for (const overlay of OVERLAYS) rendered.set(overlay, await render(overlay));
}, 120_000);

const UNITS = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
function bytesOf(quantity = ''): number {
  const [, count, unit] = /^(\d+)(Mi|Gi|Ti)$/.exec(quantity) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** What the autoscaler ignores: its `--horizontal-pod-autoscaler-tolerance`, which is 0.1 unless a cluster changes it. */
const TOLERANCE = 0.1;

/** The autoscaler's arithmetic for a metric with an `AverageValue`, which is what KEDA gives it. */
function desiredPods({ target, least, most }: Scaling, pods: number, wanted: number): number {
  const ratio = wanted / (target * pods);
  const desired = Math.abs(ratio - 1) <= TOLERANCE ? pods : Math.ceil(wanted / target);
  return Math.min(most, Math.max(least, desired));
}

const SERVICES = ['gateway', 'supervisor', 'runner'] as const;
describe.each(OVERLAYS)('deploy/kubernetes/%s', (overlay) => {
  const objects = () => rendered.get(overlay)!;
  const pods = () => objects().filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
  const deployment = (service: string) => podOf(find(objects(), 'Deployment', `ghostly-${service}`));
  const configOf = <Kind extends (typeof SERVICES)[number]>(service: Kind) => {
    const { plain } = environmentOf(objects(), deployment(service).containers[0]);
    return readConfig({ ...plain, ...SECRETS }, READ_BY[service]);
  };

  it('has objects that their schemas take, with no field that they do not know', async () => {
    expect(objects().length).toBeGreaterThan(15);
    const wrong = objects().map((object) => [object.kind, object.metadata.name, invalid(object)]);
    expect(wrong.filter(([, , message]) => message !== undefined)).toEqual([]);
    expect(await misspelt(overlay.replaceAll('/', '-'), objects())).toEqual([]);
  });

  it.each(SERVICES)(
    'gives the %s variables that it reads, no others, with values that it takes',
    (service) => {
      const { plain, secret } = environmentOf(objects(), deployment(service).containers[0]);
      const read: readonly string[] = READ_BY[service];
      expect([...Object.keys(plain), ...secret].filter((name) => !read.includes(name))).toEqual([]);
      expect(() => configOf(service)).not.toThrow();
    },
  );

  it('has secrets by reference only, and gives those that sign tokens to the gateway alone (I10)', () => {
    expect(objects().filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const signs = pods().filter((pod) => JSON.stringify(pod).includes('jwt-secret'));
    expect(signs.map(({ metadata }) => metadata.name)).toEqual(['ghostly-gateway']);
  });

  it('runs everything as a plain user that can write nothing but its volumes', () => {
    expect(pods()).toHaveLength(4);
    for (const each of pods()) {
      const pod = podOf(each);
      expect(pod.securityContext).toMatchObject({
        ...{ runAsNonRoot: true, runAsUser: 10_001 },
        seccompProfile:
          each.metadata.name === 'ghostly-runner'
            ? { type: 'Localhost', localhostProfile: 'ghostly/chromium.json' }
            : { type: 'RuntimeDefault' },
      });
      expect(pod.containers[0].securityContext).toEqual({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('I11: starts no browser without the sandbox of Chromium', () => {
    expect(configOf('runner').GHOSTLY_SANDBOX).toBe('on');
  });

  it.each(['127.0.0.1', '::1'])('answers probes by %s, whatever family the cluster has', async (address) => {
    const addresses = Object.values(networkInterfaces()).flatMap((found = []) =>
      found.map((one) => one.address),
    );
    expect(addresses).toContain('127.0.0.1');
    if (!addresses.includes(address)) return;
    for (const service of SERVICES) {
      const at = { HOST: configOf(service).HOST, GHOSTLY_HEALTH_PORT: 0 };
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

  it('keeps the runners that there are while the scaler cannot be asked', () => {
    const { fallback } = find(objects(), 'ScaledObject', 'ghostly-runner').spec as { fallback: object };
    expect(fallback).toEqual({
      ...{ failureThreshold: expect.any(Number), behavior: 'currentReplicasIfHigher' },
      replicas: scalingOf(objects()).least,
    });
  });

  it('gives an account of the cluster to the supervisor alone, which may patch pods and nothing else', () => {
    const withAccount = pods().filter((pod) => podOf(pod).automountServiceAccountToken);
    expect(withAccount.map(({ metadata }) => metadata.name)).toEqual(['ghostly-supervisor']);
    expect(find(objects(), 'Role', 'ghostly-supervisor')).toMatchObject({
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['patch'] }],
    });
  });

  it.each(SERVICES)('watches the %s by probes, and lets it close before it is killed', (service) => {
    const { containers, terminationGracePeriodSeconds = 30 } = deployment(service);
    expect(containers[0].startupProbe).toMatchObject({ httpGet: { path: '/ready' } });
    // Of a Service: what all its pods lack at once must not take all of them out of it.
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

  it('never kills a busy browser: a run cannot last longer than the drain, nor the drain than the pod’s grace', () => {
    const config = configOf('runner');
    const longest = configOf('gateway').GHOSTLY_MAX_DURATION_MS;
    const { grace } = timingOf(config);
    expect(longest).toBeDefined();
    expect(config.GHOSTLY_DRAIN_MS).toBeGreaterThanOrEqual(longest! + grace);
    const { terminationGracePeriodSeconds = 30 } = deployment('runner');
    expect(terminationGracePeriodSeconds * 1_000).toBe(config.GHOSTLY_DRAIN_MS + 2 * grace + CLOSING_MS);
  });

  it('counts wanted slots beyond those of all pods', () => {
    const scaling = scalingOf(objects());
    expect(scaling.query.match(/limit (\d+)/g)).toEqual(Array(3).fill('limit 1000'));
    expect(scaling.most * Number(configOf('runner').RUNNER_SLOTS)).toBeLessThan(1_000);
    expect(scaling.least).toBeLessThan(scaling.most);
  });

  it('I13: no run waits while there may be more pods, whatever the autoscaler ignores', () => {
    const scaling = scalingOf(objects());
    const slots = Number(configOf('runner').RUNNER_SLOTS);
    const waits: string[] = [];
    for (let pods = scaling.least; pods < scaling.most; pods += 1)
      for (let wanted = 0; wanted <= scaling.most * slots; wanted += 1) {
        const more = desiredPods(scaling, pods, wanted);
        if (more * slots < wanted) waits.push(`${wanted} slots wanted: ${pods} pods become ${more}`);
      }
    expect(waits).toEqual([]);
    // Nor is a pod kept for long that nobody needs: a tenth by the target, and a tenth that the autoscaler ignores.
    for (let wanted = 1; wanted <= scaling.most * slots; wanted += 1)
      expect(desiredPods(scaling, scaling.most, wanted)).toBeLessThanOrEqual(
        Math.max(scaling.least, Math.ceil(wanted / slots / 0.8) + 1),
      );
  });

  it('I15: lets the runners reach what their egress policy allows', () => {
    const policy = readEgressPolicy(configOf('runner').GHOSTLY_EGRESS);
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

describe('deploy/kubernetes/components/monitoring', () => {
  it('lets Prometheus scrape every service, on the port that each has for it', async () => {
    const own = {
      ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', namespace: 'ghostly' },
      resources: ['../ghostly/deploy/kubernetes/overlays/small'],
      components: ['../ghostly/deploy/kubernetes/components/monitoring'],
    };
    const objects = await renderOwn(JSON.stringify(own));
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    expect(await misspelt('monitoring', objects)).toEqual([]);

    const monitor = find(objects, 'PodMonitor', 'ghostly').spec as {
      selector: { matchLabels: Record<string, string> };
      podMetricsEndpoints: { port: string; path: string }[];
    };
    expect(monitor.podMetricsEndpoints).toMatchObject([{ port: 'health', path: '/metrics' }]);
    for (const service of SERVICES) {
      const deployment = find(objects, 'Deployment', `ghostly-${service}`);
      const { template } = deployment.spec as { template: { metadata: { labels: object } } };
      expect(template.metadata.labels).toMatchObject(monitor.selector.matchLabels);
      const [container] = podOf(deployment).containers;
      expect(container.ports).toContainEqual({
        name: 'health',
        containerPort: Number(environmentOf(objects, container).plain.GHOSTLY_HEALTH_PORT),
      });
    }
  });
});

it('has the label by which kube-prometheus-stack finds monitors and rules, as docs/operate.md says', async () => {
  const [, own = ''] =
    /```yaml\n(# my-cluster\/kustomization\.yaml, with kube-prometheus-stack\n[^`]+)```/.exec(
      readFileSync(join(ROOT, 'docs/operate.md'), 'utf8'),
    ) ?? [];
  const objects = await renderOwn(own);
  expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
  for (const object of objects)
    expect(object.metadata.labels?.release, object.kind).toBe(
      ['PodMonitor', 'PrometheusRule'].includes(object.kind) ? 'kube-prometheus-stack' : undefined,
    );
});

describe('deploy/kubernetes/components/pull-secret', () => {
  it.each([
    ['overlays/small', 4],
    ['nodes', 1],
  ])('gives every pod of %s the secret of a private registry', async (folder, count) => {
    const own = {
      ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' },
      resources: [`../ghostly/deploy/kubernetes/${folder}`],
      components: ['../ghostly/deploy/kubernetes/components/pull-secret'],
    };
    const objects = await renderOwn(JSON.stringify(own));
    const pods = objects.filter(({ kind }) => ['Deployment', 'Job', 'DaemonSet'].includes(kind));
    expect(pods).toHaveLength(count);
    for (const pod of pods) expect(podOf(pod).imagePullSecrets).toEqual([{ name: 'ghostly-registry' }]);
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
  });
});

describe('deploy/kubernetes/components/database-ca', () => {
  it('gives the file that the URLs name to all that connect to PostgreSQL', async () => {
    const page = readFileSync(join(ROOT, 'docs/managed-postgresql.md'), 'utf8');
    const [, own = ''] = /```yaml\n(# my-cluster\/kustomization\.yaml[^`]+)```/.exec(page) ?? [];
    const objects = await renderOwn(own);
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    expect(await misspelt('database-ca', objects)).toEqual([]);
    const [, folder, file] = /sslrootcert=(\/\S+)\/([\w.]+)/.exec(page) ?? [];
    expect(page).toContain(`configmap ghostly-database-ca --from-file=${file}=`);
    const pods = objects.filter((object) => JSON.stringify(object).includes('"DATABASE_URL"')).map(podOf);
    expect(pods).toHaveLength(4);
    for (const { volumes, containers } of pods) {
      expect(volumes).toContainEqual({ name: 'database-ca', configMap: { name: 'ghostly-database-ca' } });
      expect(containers[0].volumeMounts).toContainEqual({
        ...{ name: 'database-ca', mountPath: folder, readOnly: true },
      });
    }
  });
});

describe('docs/operate.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operate.md'), 'utf8');

  it('has an overlay of one’s own that kubectl takes', async () => {
    const [, block = ''] = /```yaml\n( *# my-cluster\/kustomization\.yaml\n[^`]+)```/.exec(page) ?? [];
    const objects = await renderOwn(block.replace(/^ {3}/gm, ''));
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    const images = objects
      .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
      .map((object) => podOf(object).containers[0].image);
    expect([...new Set(images)].toSorted()).toEqual([
      'registry.example.com/ghostly-runner:0.1.0',
      'registry.example.com/ghostly:0.1.0',
    ]);
    const gateway = podOf(find(objects, 'Deployment', 'ghostly-gateway')).containers[0];
    expect(environmentOf(objects, gateway).plain).toMatchObject({
      ...{ PORT: '4000', GHOSTLY_PUBLIC_URL: 'https://ghostly.example.com' },
    });
  });

  it('has objects to apply that their schemas take', async () => {
    const objects = [...page.matchAll(/```yaml\n(apiVersion: (?!kustomize)[^`]+)```/g)].map(
      ([, text = '']) => parse(text) as Manifest,
    );
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.map(invalid).filter((message) => message !== undefined)).toEqual([]);
    expect(await misspelt('operate', objects)).toEqual([]);
  });

  it('names every secret that the manifests refer to', () => {
    const text = JSON.stringify(rendered.get('base'));
    const keys = [...text.matchAll(/"secretKeyRef":\{"key":"([^"]+)","name":"([^"]+)"/g)];
    expect(keys.length).toBeGreaterThan(10);
    const missing = keys.filter(([, key, name]) => !page.includes(key!) || !page.includes(name!));
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it('has the values of the manifests that belong together', () => {
    const objects = rendered.get('base')!;
    const runner = podOf(find(objects, 'Deployment', 'ghostly-runner'));
    const { plain } = environmentOf(objects, runner.containers[0]);
    const gateway = podOf(find(objects, 'Deployment', 'ghostly-gateway')).containers[0];
    expect(page).toContain(
      `| \`GHOSTLY_MAX_DURATION_MS\` (\`ghostly-gateway\`) | ${environmentOf(objects, gateway).plain.GHOSTLY_MAX_DURATION_MS} |`,
    );
    expect(page).toContain(`| \`GHOSTLY_DRAIN_MS\` (\`ghostly-runner\`) | ${plain.GHOSTLY_DRAIN_MS} |`);
    expect(page).toContain(
      `| \`terminationGracePeriodSeconds\` of the runners | ${runner.terminationGracePeriodSeconds} |`,
    );
  });
});

describe('the check of the schemas', () => {
  const broken = (change: (object: { spec: Record<string, unknown> }) => void): Manifest => {
    const copy = structuredClone(find(rendered.get('base')!, 'Deployment', 'ghostly-gateway'));
    change(copy as { spec: Record<string, unknown> });
    return copy;
  };

  it('finds a value of another type, a field that is missing, and a kind that it does not know', () => {
    expect(invalid(broken(({ spec }) => Object.assign(spec, { replicas: 'two' })))).toContain('replicas');
    expect(invalid(broken(({ spec }) => delete spec.selector))).toContain('selector');
    expect(invalid({ ...broken(() => undefined), kind: 'Deploymint' })).toContain('no schema');
  });

  it('finds a field that is misspelt', async () => {
    const found = await misspelt('misspelt', [broken(({ spec }) => Object.assign(spec, { replicaz: 2 }))]);
    expect(found.join()).toContain('replicaz');
  });
});
