/* With the component for S3, every service has the same store and credentials of its own, and no shared volume. */
import { beforeAll, describe, expect, it } from 'vitest';
import { timingOf } from '#shared/platform/config/timing.ts';
import { find, type Manifest, OVERLAYS, renderOwn } from '../../support/cluster/manifests.ts';
import { needs } from '../../support/machine.ts';
import { CLOSING_MS } from './expected.ts';
import {
  configOf,
  deploymentOf,
  overlayIn,
  readPage,
  SERVICES,
  type Service,
  variablesOf,
} from './overlays.ts';
import { invalidIn, misspelt } from './schemas.ts';

await needs('kubectl');

const page = readPage('operate.md');
const own = overlayIn(page, ', with an object store');
const overlays = OVERLAYS.filter((overlay) => overlay !== 'base');

describe.each(overlays)('deploy/kubernetes/components/s3, as docs/operate.md says, with %s', (overlay) => {
  let objects: Manifest[];
  beforeAll(async () => {
    objects = await renderOwn(own.replace('overlays/small', overlay));
  });
  const pod = (service: Service) => deploymentOf(objects, service);

  it('has objects that their schemas take, with no field that they do not know', async () => {
    expect(own).toContain('components/s3');
    expect(invalidIn(objects)).toEqual([]);
    expect(await misspelt(`s3-${overlay.replaceAll('/', '-')}`, objects)).toEqual([]);
  });

  it('tells every service the same store, and needs no volume that many nodes may write', () => {
    for (const service of SERVICES) {
      expect(configOf(objects, service)).toMatchObject({
        GHOSTLY_ARTIFACTS: { bucket: 'my-runs', prefix: 'ghostly/' },
        GHOSTLY_S3_REGION: 'eu-central-1',
      });
      expect(pod(service).volumes.filter((volume) => volume.persistentVolumeClaim)).toEqual([]);
      const mounted = pod(service).containers[0].volumeMounts.map(({ name }) => name);
      expect(mounted.toSorted()).toEqual(
        pod(service)
          .volumes.map(({ name }) => name)
          .toSorted(),
      );
    }
    expect(objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
  });

  it('gives each service credentials of its own, from a role of its account or from a Secret, and no token of the cluster', () => {
    for (const service of SERVICES) {
      const { serviceAccountName, automountServiceAccountToken, containers } = pod(service);
      expect(serviceAccountName).toBe(`ghostly-${service}`);
      find(objects, 'ServiceAccount', `ghostly-${service}`);
      expect(automountServiceAccountToken).toBe(service === 'supervisor');
      const keys = containers[0].env.filter(({ name }) => name.startsWith('AWS_'));
      expect(keys.map(({ valueFrom }) => valueFrom?.secretKeyRef)).toEqual(
        ['access-key-id', 'secret-access-key'].map((key) => ({
          name: `ghostly-s3-${service}`,
          key,
          optional: true,
        })),
      );
      expect(page).toContain(`ghostly-s3-$service`);
    }
  });

  it('tells the gateway alone that clients get links, and the address of the store for them', async () => {
    const links = overlayIn(page, ', with links to a store of your own');
    const withLinks = await renderOwn(links.replace('overlays/small', overlay));
    expect(invalidIn(withLinks)).toEqual([]);
    const reported = SERVICES.map((service) => variablesOf(withLinks, service));
    expect(reported.map(({ GHOSTLY_S3_ENDPOINT: url }) => url)).toEqual(
      Array(3).fill('http://store.internal:9000'),
    );
    expect(reported.map(({ GHOSTLY_S3_PUBLIC_ENDPOINT: url }) => url)).toEqual([
      ...['https://store.example.com', undefined, undefined],
    ]);
    expect(configOf(withLinks, 'gateway').GHOSTLY_ARTIFACT_LINKS).toBe(true);
  });

  it('gives a runner that leaves the time to wait out an outage of the store, and room for what it keeps', () => {
    const config = configOf(objects, 'runner');
    const { terminationGracePeriodSeconds = 30, volumes, containers } = pod('runner');
    const { GHOSTLY_DRAIN_MS: drain, GHOSTLY_SPOOL_WAIT_MS: wait } = config;
    expect(wait).toBeGreaterThanOrEqual(3_600_000);
    expect(terminationGracePeriodSeconds * 1_000).toBe(
      drain + 2 * timingOf(config).grace + wait + CLOSING_MS,
    );
    expect(containers[0].volumeMounts).toContainEqual({ name: 'spool', mountPath: '/data/spool' });
    const size = volumes.find(({ name }) => name === 'spool')?.emptyDir?.sizeLimit;
    expect(Number(/^(\d+)Gi$/.exec(size ?? '')?.[1]) * 1_024).toBeGreaterThan(config.GHOSTLY_SPOOL_MIB);
  });
});
