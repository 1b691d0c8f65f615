import type { RunSummary } from '#shared/api/client/index.ts';
import { AsItWas } from '../kit/as-it-was.tsx';
import { runNameOf, standingOf, stepsDone } from '../kit/standing/standing.ts';
import { StandingBadge } from '../kit/standing/standing-badge.tsx';
import { StepsMeter } from '../kit/standing/steps-meter.tsx';
import { keptOf, LISTED } from '../session/kept.ts';

/** A run that cannot be read, as far as the list knew it last. */
export function AsListed({ id }: { id: string }) {
  const run = keptOf<readonly RunSummary[]>(LISTED)?.find((listed) => listed.id === id);
  if (!run) return null;
  return (
    <p class="as-listed">
      <AsItWas />
      <StandingBadge standing={standingOf(run)} />
      <bdi>{runNameOf(run)}</bdi>
      <StepsMeter {...stepsDone(run)} all={run.stepCount} />
    </p>
  );
}
