import { useEffect, useMemo } from 'preact/hooks';
import type { Batch } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { whyUnread } from '../../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../../kit/empty.tsx';
import { useTitle } from '../../kit/title.ts';
import { unread } from '../../session/connection.ts';
import { keep, keptOf } from '../../session/kept.ts';
import { useProjects } from '../../session/project-page.tsx';
import { hashOf } from '../../session/route.ts';
import { client } from '../../session/session.ts';
import { text } from '../../text/text.ts';
import { batchNameOf } from '../batches.ts';
import { batchWords } from '../words.ts';
import { BatchHead } from './batch-head.tsx';
import { type BatchWatch, createBatchWatch } from './batch-watch.ts';
import { TestList } from './test-list.tsx';

/** A batch: how it stands, its reports, and its tests as they go. */
export function BatchView({ project, id }: { project: string; id: string }) {
  const words = batchWords.value;
  useProjects();
  const watch = useWatch(project, id);
  const batch = watch.summary.value;
  const failure = watch.failure.value;
  const { standing } = text.value;
  useTitle(batch ? `${standing[batch.status]} · ${batchNameOf(batch)}` : words.title);
  if (failure === 'missing')
    return (
      <Empty title={words.missing} lead={words.missingLead}>
        <a class="button" href={hashOf({ view: 'batches', project })}>
          {words.toAll}
        </a>
      </Empty>
    );
  if (!batch)
    return failure === undefined && unread.value === undefined ? (
      <Skeleton lines={8} />
    ) : (
      <Empty title={words.failedOne} lead={whyUnread()} />
    );
  return (
    <section class="batch-page page" aria-labelledby="batch-name">
      <BatchHead batch={batch} />
      <TestList tests={watch.tests} batch={batch} />
      <p class="sr" role="status">
        {isBatchFinal(batch.status) && standing[batch.status]}
      </p>
    </section>
  );
}

/** A batch that is watched; in an outage, it is as it was known when it was looked at last. */
function useWatch(project: string, id: string): BatchWatch {
  const api = client.value;
  const key = `batch ${id}`;
  const watch = useMemo(
    () => createBatchWatch(api, { project, batch: id }, keptOf<Batch>(key)),
    [api, project, id],
  );
  useEffect(
    () => () => {
      const whole = watch.whole();
      if (whole) keep(key, whole, 1 + whole.tests.length);
      watch.close();
    },
    [watch],
  );
  return watch;
}
