import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { StandingBadge } from '../kit/standing/standing-badge.tsx';
import { hashOf } from '../session/route.ts';
import { BatchTook, BatchWhen } from './batch-times.tsx';
import { batchNameOf } from './batches.ts';
import { PartCounts, PartsBar } from './parts-bar.tsx';

/** A batch in the list: what it is called, how it stands, and how its tests do. */
export function BatchItem({ batch }: { batch: BatchSummary }) {
  const { id, project, status, counts } = batch;
  return (
    <li class="card item-card batch-item">
      <header>
        <StandingBadge standing={status} />
        <h2>
          <a href={hashOf({ view: 'batch', project, id })}>
            <bdi>{batchNameOf(batch)}</bdi>
          </a>
        </h2>
        <p class="batch-times soft">
          <BatchTook batch={batch} /> <BatchWhen batch={batch} />
        </p>
      </header>
      <PartsBar counts={counts} />
      <PartCounts counts={counts} />
    </li>
  );
}
