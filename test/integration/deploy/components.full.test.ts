/* What operators add to the overlays: components, and overlays of their own as docs/operate.md shows them. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  environmentOf,
  find,
  type Manifest,
  podOf,
  render,
  renderOwn,
} from '../../support/cluster/manifests.ts';
import { needs } from '../../support/machine.ts';
import { overlayIn, readPage, SERVICES, variablesOf } from './overlays.ts';
import { invalidIn, misspelt } from './schemas.ts';

await needs('kubectl');

describe('deploy/kubernetes/components/monitoring', () => {
  it('lets Prometheus scrape every service, on the port that each has for it', async () => {
    const own = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: 'ghostly',
      resources: ['../ghostly/deploy/kubernetes/overlays/small'],
      components: ['../ghostly/deploy/kubernetes/components/monitoring'],
    };
    const objects = await renderOwn(JSON.stringify(own));
    expect(invalidIn(objects)).toEqual([]);
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

it('the monitoring component has the label by which kube-prometheus-stack finds monitors and rules, as docs/operate.md says', async () => {
  const objects = await renderOwn(overlayIn(readPage('operate.md'), ', with kube-prometheus-stack'));
  expect(invalidIn(objects)).toEqual([]);
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
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`../ghostly/deploy/kubernetes/${folder}`],
      components: ['../ghostly/deploy/kubernetes/components/pull-secret'],
    };
    const objects = await renderOwn(JSON.stringify(own));
    const pods = objects.filter(({ kind }) => ['Deployment', 'Job', 'DaemonSet'].includes(kind));
    expect(pods).toHaveLength(count);
    for (const pod of pods) expect(podOf(pod).imagePullSecrets).toEqual([{ name: 'ghostly-registry' }]);
    expect(invalidIn(objects)).toEqual([]);
  });
});

describe('deploy/kubernetes/components/database-ca', () => {
  it('gives the file that the URLs name to all that connect to PostgreSQL', async () => {
    const page = readPage('managed-postgresql.md');
    const objects = await renderOwn(overlayIn(page, ', with an authority of your own'));
    expect(invalidIn(objects)).toEqual([]);
    expect(await misspelt('database-ca', objects)).toEqual([]);
    const [, folder, file] = /sslrootcert=(\/\S+)\/([\w.]+)/.exec(page) ?? [];
    expect(page).toContain(`configmap ghostly-database-ca --from-file=${file}=`);
    const pods = objects.filter((object) => JSON.stringify(object).includes('"DATABASE_URL"')).map(podOf);
    expect(pods).toHaveLength(4);
    for (const { volumes, containers } of pods) {
      expect(volumes).toContainEqual({ name: 'database-ca', configMap: { name: 'ghostly-database-ca' } });
      expect(containers[0].volumeMounts).toContainEqual({
        name: 'database-ca',
        mountPath: folder,
        readOnly: true,
      });
    }
  });
});

describe('docs/operate.md', () => {
  const page = readPage('operate.md');

  it('has an overlay of one’s own that kubectl takes', async () => {
    const objects = await renderOwn(overlayIn(page));
    expect(invalidIn(objects)).toEqual([]);
    const images = objects
      .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
      .map((object) => podOf(object).containers[0].image);
    expect([...new Set(images)].toSorted()).toEqual([
      'registry.example.com/ghostly-runner:0.1.0',
      'registry.example.com/ghostly:0.1.0',
    ]);
    expect(variablesOf(objects, 'gateway')).toMatchObject({
      PORT: '4000',
      GHOSTLY_PUBLIC_URL: 'https://ghostly.example.com',
    });
  });

  it('has objects to apply that their schemas take', async () => {
    const objects = [...page.matchAll(/```yaml\n(apiVersion: (?!kustomize)[^`]+)```/g)].map(
      ([, text = '']) => parse(text) as Manifest,
    );
    expect(objects.length).toBeGreaterThan(0);
    expect(invalidIn(objects)).toEqual([]);
    expect(await misspelt('operate', objects)).toEqual([]);
  });

  it('names every secret that the manifests refer to', async () => {
    const text = JSON.stringify(await render('base'));
    const keys = [...text.matchAll(/"secretKeyRef":\{"key":"([^"]+)","name":"([^"]+)"/g)];
    expect(keys.length).toBeGreaterThan(10);
    const missing = keys.filter(([, key, name]) => !page.includes(key!) || !page.includes(name!));
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });
});
