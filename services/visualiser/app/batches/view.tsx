import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { BATCH_LIMITS } from '#shared/api/limits.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { CopyButton } from '../kit/copy-button.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { isNotForUser, usePolledList } from '../session/polled-list.ts';
import { ProjectPage } from '../session/project-page.tsx';
import { BatchItem } from './batch-item.tsx';
import { readBatches } from './batches.ts';
import { batchWords } from './words.ts';

const LOOK_MS = 2_000;
const SIZES = { first: BATCH_LIMITS.page, more: BATCH_LIMITS.page, most: 20 * BATCH_LIMITS.page };
const COMMAND = "npx ghostly test 'flows/**/*.json'";

/** The batches of one project: that of the address, or else of the user's first. */
export function BatchesView({ project }: { project: string | undefined }) {
  return (
    <ProjectPage view="batches" project={project} words={batchWords.value}>
      {(id) => <BatchList key={id} project={id} />}
    </ProjectPage>
  );
}

/** Newest first. */
function BatchList({ project }: { project: string }) {
  const words = batchWords.value;
  const { found, error, hasMore, showMore } = usePolledList<BatchSummary>(
    (limit, signal) => readBatches(project, limit, signal),
    { everyMs: LOOK_MS, key: `batches ${project}`, sizes: SIZES },
  );
  if (isNotForUser(error)) return <Empty title={words.notAllowed} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  if (found.length === 0)
    return (
      <Empty title={words.none} lead={words.noneLead}>
        <p class="batch-command">
          <code>{COMMAND}</code>
          <CopyButton value={() => COMMAND} label={words.copy} />
        </p>
      </Empty>
    );
  return (
    <>
      <p class="page-lead">{words.lead}</p>
      <ul class="card-list">
        {found.map((batch) => (
          <BatchItem key={batch.id} batch={batch} />
        ))}
      </ul>
      {hasMore && (
        <button type="button" class="button" onClick={showMore}>
          {words.more}
        </button>
      )}
    </>
  );
}
