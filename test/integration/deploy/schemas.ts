/*
 * The schemas of all kinds of objects in `deploy/kubernetes`, from packages of Kubernetes, KEDA and the Prometheus
 * operator. Their validator checks values; the compiler checks, by the types, that no field is misspelt.
 */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Manifest } from '../../support/cluster/manifests.ts';

interface Model {
  validate(): void;
}

const MODELS: readonly { apiVersion: string; kind: string; new (data: never): Model }[] = [
  ...[
    ConfigMap,
    DaemonSet,
    Deployment,
    Job,
    Namespace,
    NetworkPolicy,
    PersistentVolumeClaim,
    PodDisruptionBudget,
  ],
  ...[
    PodMonitor,
    PrometheusRule,
    Role,
    RoleBinding,
    ScaledObject,
    Service,
    ServiceAccount,
    TriggerAuthentication,
  ],
];
const modelOf = ({ apiVersion, kind }: Manifest) =>
  MODELS.find((model) => model.apiVersion === apiVersion && model.kind === kind);

/** What is wrong with the values of an object; undefined if nothing is. */
export function invalid(object: Manifest): string | undefined {
  const Known = modelOf(object);
  if (Known === undefined) return `no schema for ${object.apiVersion} ${object.kind}`;
  try {
    new Known(object as never).validate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is wrong with the values of these objects. */
export const invalidIn = (objects: readonly Manifest[]): string[] =>
  objects.flatMap((object) => invalid(object) ?? []);

const ROOT = join(import.meta.dirname, '../../..');
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: 'esnext',
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
};

/** What the compiler says of fields that no object of its kind has, and of those that are not there; none: nothing. */
export async function misspelt(name: string, objects: readonly Manifest[]): Promise<string[]> {
  // Below node_modules, where the packages are found.
  const folder = join(ROOT, 'node_modules/.cache/manifests', name);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'objects.ts'), objects.map(declared).join('\n'));
    const config = { compilerOptions: OPTIONS, files: ['objects.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [
      tsc,
      '--checkers',
      '1',
      '--project',
      folder,
      '--pretty',
      'false',
    ]);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !('stdout' in error)) throw error;
    return String(error.stdout).split('\n').filter(Boolean);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packages of the groups that are not Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

function declared(object: Manifest, n: number): string {
  const { apiVersion, kind } = object;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const owner = PACKAGES[group ?? ''] ?? 'kubernetes-models';
  const module = [owner, group, version].filter(Boolean).join('/');
  return `import type { I${kind} as T${n} } from '${module}/${kind}';\nexport const o${n}: T${n} = ${JSON.stringify(object)};`;
}
