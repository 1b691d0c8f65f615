/* I13: runners are added for all runs that wait, stay if the scaler is away, and are not killed while busy. */
import { describe, expect, it } from 'vitest';
import { timingOf } from '#shared/platform/config/timing.ts';
import { find, OVERLAYS, type Scaling, scalingOf } from '../../support/cluster/manifests.ts';
import { needs } from '../../support/machine.ts';
import { CLOSING_MS } from './expected.ts';
import { configOf, deploymentOf, readPage, useOverlays, variablesOf } from './overlays.ts';

await needs('kubectl');

const objectsOf = useOverlays();

/** What the autoscaler ignores: its `--horizontal-pod-autoscaler-tolerance`, which is 0.1 unless a cluster changes it. */
const TOLERANCE = 0.1;

/** The autoscaler's arithmetic for a metric with an `AverageValue`, which is what KEDA gives it. */
function desiredPods({ target, least, most }: Scaling, pods: number, wanted: number): number {
  const ratio = wanted / (target * pods);
  const desired = Math.abs(ratio - 1) <= TOLERANCE ? pods : Math.ceil(wanted / target);
  return Math.min(most, Math.max(least, desired));
}

describe.each(OVERLAYS)('the scaling of deploy/kubernetes/%s', (overlay) => {
  const objects = () => objectsOf(overlay);

  it('keeps the runners that there are while the scaler cannot be asked', () => {
    const { fallback } = find(objects(), 'ScaledObject', 'ghostly-runner').spec as { fallback: object };
    expect(fallback).toEqual({
      failureThreshold: expect.any(Number),
      behavior: 'currentReplicasIfHigher',
      replicas: scalingOf(objects()).least,
    });
  });

  it('never kills a busy browser: a run cannot last longer than the drain, nor the drain than the pod’s grace', () => {
    const config = configOf(objects(), 'runner');
    const longest = configOf(objects(), 'gateway').GHOSTLY_MAX_DURATION_MS;
    const { grace } = timingOf(config);
    expect(longest).toBeDefined();
    expect(config.GHOSTLY_DRAIN_MS).toBeGreaterThanOrEqual(longest! + grace);
    const { terminationGracePeriodSeconds = 30 } = deploymentOf(objects(), 'runner');
    expect(terminationGracePeriodSeconds * 1_000).toBe(config.GHOSTLY_DRAIN_MS + 2 * grace + CLOSING_MS);
  });

  it('counts wanted slots beyond those of all pods', () => {
    const scaling = scalingOf(objects());
    expect(scaling.query.match(/limit (\d+)/g)).toEqual(Array(3).fill('limit 1000'));
    expect(scaling.most * Number(configOf(objects(), 'runner').RUNNER_SLOTS)).toBeLessThan(1_000);
    expect(scaling.least).toBeLessThan(scaling.most);
  });

  it('I13: no run waits while there may be more pods, whatever the autoscaler ignores', () => {
    const scaling = scalingOf(objects());
    const slots = Number(configOf(objects(), 'runner').RUNNER_SLOTS);
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
});

it('the scaling of runners has the values that belong together, as docs/operate.md says', () => {
  const page = readPage('operate.md');
  const objects = objectsOf('base');
  const longest = variablesOf(objects, 'gateway').GHOSTLY_MAX_DURATION_MS;
  const drain = variablesOf(objects, 'runner').GHOSTLY_DRAIN_MS;
  const { terminationGracePeriodSeconds: grace } = deploymentOf(objects, 'runner');
  expect(page).toContain(`| \`GHOSTLY_MAX_DURATION_MS\` (\`ghostly-gateway\`) | ${longest} |`);
  expect(page).toContain(`| \`GHOSTLY_DRAIN_MS\` (\`ghostly-runner\`) | ${drain} |`);
  expect(page).toContain(`| \`terminationGracePeriodSeconds\` of the runners | ${grace} |`);
});
