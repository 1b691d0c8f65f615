/* The objects of `deploy/kubernetes`, as kubectl applies them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { ensureKubectl } from '#shared/adapters/binaries/binaries.ts';

const ROOT = join(import.meta.dirname, '../../../deploy/kubernetes');

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: unknown;
  data?: Record<string, string>;
}

export const OVERLAYS = ['base', 'overlays/small', 'overlays/large'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** Every object of an overlay, or of what is put on the nodes, rendered by kubectl. */
export const render = (overlay: Overlay | 'nodes'): Promise<Manifest[]> => renderFolder(join(ROOT, overlay));

async function renderFolder(folder: string): Promise<Manifest[]> {
  const kubectl = await ensureKubectl({ env: process.env, say: () => undefined });
  const { stdout } = await promisify(execFile)(kubectl, ['kustomize', folder]);
  return parseAllDocuments(stdout).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as Manifest;
  });
}

/** The objects of an own overlay: the text of its `kustomization.yaml`, in a folder beside a clone named `ghostly`. */
export async function renderOwn(kustomization: string): Promise<Manifest[]> {
  const folder = await mkdtemp(join(tmpdir(), 'overlay-'));
  try {
    await mkdir(join(folder, 'ghostly'));
    await symlink(join(ROOT, '..'), join(folder, 'ghostly/deploy'));
    await mkdir(join(folder, 'my-cluster'));
    await writeFile(join(folder, 'my-cluster/kustomization.yaml'), kustomization);
    return await renderFolder(join(folder, 'my-cluster'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

interface EnvEntry {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } };
}

export interface Container {
  name: string;
  image: string;
  args: string[];
  ports: { name: string; containerPort: number }[];
  env: EnvEntry[];
  envFrom: { configMapRef: { name: string } }[];
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe?: unknown;
  livenessProbe?: unknown;
  readinessProbe?: unknown;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
}

export interface PodSpec {
  containers: [Container];
  restartPolicy?: string;
  securityContext: Record<string, unknown>;
  automountServiceAccountToken: boolean;
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  volumes: {
    name: string;
    persistentVolumeClaim?: object;
    emptyDir?: { medium?: string; sizeLimit?: string };
  }[];
  imagePullSecrets?: { name: string }[];
}

/** The pods of a Deployment or a Job. */
export function podOf(object: Manifest): PodSpec {
  const { template } = object.spec as { template: { spec: PodSpec } };
  return template.spec;
}

/** The variables of a container that are no secrets, and the names of those that are. */
export function environmentOf(
  objects: readonly Manifest[],
  { env, envFrom }: Container,
): { plain: Record<string, string>; secret: string[] } {
  const maps = envFrom.map(({ configMapRef }) => find(objects, 'ConfigMap', configMapRef.name).data);
  const given = env.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value!]);
  return {
    plain: Object.assign({}, ...maps, Object.fromEntries(given)) as Record<string, string>,
    secret: env.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).map(({ name }) => name),
  };
}

export interface Scaling {
  query: string;
  /** Wanted slots for each pod. */
  target: number;
  pollingSeconds: number;
  /** Pods as soon as there is anything to do, and at most. */
  least: number;
  most: number;
}

/** What KEDA gets of the runners. */
export function scalingOf(objects: readonly Manifest[]): Scaling {
  const spec = find(objects, 'ScaledObject', 'ghostly-runner').spec as {
    pollingInterval: number;
    minReplicaCount: number;
    maxReplicaCount: number;
    triggers: [{ metadata: { query: string; targetQueryValue: string } }];
  };
  const [{ metadata }] = spec.triggers;
  return {
    query: metadata.query,
    target: Number(metadata.targetQueryValue),
    pollingSeconds: spec.pollingInterval,
    least: spec.minReplicaCount,
    most: spec.maxReplicaCount,
  };
}
