import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../kit/clock.ts';
import { Icon } from '../kit/icon.tsx';
import { formatAgo } from '../text/duration.ts';
import { momentText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { batchWords } from './words.ts';

/** How long it took, or takes already. */
export function BatchTook({ batch: { createdAt, finishedAt } }: { batch: BatchSummary }) {
  const now = useNow(1_000, finishedAt === undefined);
  const ms = (finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(createdAt);
  return (
    <span class="batch-took" title={batchWords.value.took}>
      <Icon name="clock" size={13} /> {finishedAt === undefined ? formatAge(ms) : formatDuration(ms)}
    </span>
  );
}

/** When it was started, and by whom. */
export function BatchWhen({ batch: { createdAt, finishedAt, by } }: { batch: BatchSummary }) {
  const now = useNow(finishedAt === undefined ? 1_000 : 10_000);
  return (
    <span>
      <time dateTime={createdAt} title={momentText(createdAt)}>
        {text.value.runs.ago(formatAgo(now - Date.parse(createdAt)))}
      </time>
      {by !== undefined && <bdi> {batchWords.value.by(by)}</bdi>}
    </span>
  );
}
