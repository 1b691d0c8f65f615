/* The overlays of `deploy/kubernetes`, rendered once for a file, and the variables of their pods. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import {
  environmentOf,
  find,
  type Manifest,
  OVERLAYS,
  type Overlay,
  type PodSpec,
  podOf,
  render,
} from '../../support/cluster/manifests.ts';
import { SECRETS } from './expected.ts';

export const SERVICES = ['gateway', 'supervisor', 'runner'] as const;
export type Service = (typeof SERVICES)[number];

/** A page of the documentation. */
export const readPage = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../docs', name), 'utf8');

/** An overlay of one's own in a page, by how its first line goes on after the name of the file. */
export function overlayIn(page: string, comment = ''): string {
  const blocks = page.matchAll(/```yaml\n( *)# my-cluster\/kustomization\.yaml(.*)\n([^`]+)```/g);
  for (const [, indent = '', rest, block = ''] of blocks)
    if (rest === comment) return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
  throw new Error(`the page has no my-cluster/kustomization.yaml${comment}`);
}

export const deploymentOf = (objects: readonly Manifest[], service: Service): PodSpec =>
  podOf(find(objects, 'Deployment', `ghostly-${service}`));

/** The variables of a service that are no secrets. */
export const variablesOf = (objects: readonly Manifest[], service: Service): Record<string, string> =>
  environmentOf(objects, deploymentOf(objects, service).containers[0]).plain;

/** What a service makes of them. */
export const configOf = <Kind extends Service>(objects: readonly Manifest[], service: Kind) =>
  readConfig({ ...variablesOf(objects, service), ...SECRETS }, READ_BY[service]);

/** Gives the objects of an overlay, from the first test of the file on. */
export function useOverlays(): (overlay: Overlay) => Manifest[] {
  const rendered = new Map<Overlay, Manifest[]>();
  beforeAll(async () => {
    for (const overlay of OVERLAYS) rendered.set(overlay, await render(overlay));
  });
  return (overlay) => rendered.get(overlay)!;
}
