/* Wrong types, fields that are missing or misspelt, and unknown kinds are found in a manifest. */
import { beforeAll, describe, expect, it } from 'vitest';
import { find, type Manifest, render } from '../../support/cluster/manifests.ts';
import { needs } from '../../support/machine.ts';
import { invalid, misspelt } from './schemas.ts';

await needs('kubectl');

describe('the check of the schemas', () => {
  let sound: Manifest;
  beforeAll(async () => {
    sound = find(await render('base'), 'Deployment', 'ghostly-gateway');
  });
  const broken = (change: (object: { spec: Record<string, unknown> }) => void): Manifest => {
    const copy = structuredClone(sound);
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
