import { useState } from 'preact/hooks';
import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { AsItWas } from '../../kit/as-it-was.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { StandingBadge } from '../../kit/standing/standing-badge.tsx';
import { mayWrite } from '../../session/may-write.ts';
import { ProjectTag } from '../../session/project.tsx';
import { hashOf } from '../../session/route.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { BatchTook, BatchWhen } from '../batch-times.tsx';
import { batchNameOf } from '../batches.ts';
import { PartsBar } from '../parts-bar.tsx';
import { endedOf } from '../test-parts.ts';
import { batchWords } from '../words.ts';
import { CancelBatchDialog } from './cancel-dialog.tsx';
import { Reports } from './reports.tsx';

/** Which batch it is, how it stands, and what can be done with it. */
export function BatchHead({ batch }: { batch: BatchSummary }) {
  const words = batchWords.value;
  const { id, name, project, status, counts, cancel } = batch;
  const isOver = isBatchFinal(status);
  return (
    <header class="batch-head">
      <p class="flow-path">
        <a href={hashOf({ view: 'batches', project })}>{words.toAll}</a>
        <ProjectTag id={project} />
      </p>
      <div class="batch-title">
        <StandingBadge standing={status} large />
        <h1 id="batch-name">
          <bdi>{batchNameOf(batch)}</bdi>
        </h1>
        <span class="run-id">
          {name !== undefined && <code>{shortId(id)}</code>}
          <CopyButton value={() => id} label={text.value.app.copyId} />
        </span>
        {!isOver && mayWrite(project) && <CancelWay key={status} batch={batch} />}
      </div>
      <p class="batch-times soft">
        <BatchTook batch={batch} />
        <BatchWhen batch={batch} />
        <Rules batch={batch} />
        <AsItWas />
      </p>
      {cancel && (
        <p class="note is-warning">
          <span>
            {words.cancelled(momentText(cancel.at), cancel.by)}{' '}
            {cancel.reason !== undefined && <q>{cancel.reason}</q>}
          </span>
        </p>
      )}
      <PartsBar counts={counts} />
      <div class="batch-line">
        <p>{isOver ? words.tests(counts.tests) : words.ended(endedOf(counts), counts.tests)}</p>
        <Reports batch={batch} isOver={isOver} />
      </div>
    </header>
  );
}

/** How its tests are run, and which labels its runs have. */
function Rules({ batch: { maxParallel, retries, stopOnFailure, labels } }: { batch: BatchSummary }) {
  const words = batchWords.value;
  return (
    <>
      <span>{words.parallel(maxParallel)}</span>
      {retries > 0 && <span>{words.retries(retries)}</span>}
      {stopOnFailure && <span>{words.stopsOnFailure}</span>}
      {labels.length > 0 && (
        <span class="tags">
          {labels.map((label) => (
            <bdi key={label} class="tag">
              {label}
            </bdi>
          ))}
        </span>
      )}
    </>
  );
}

/** Another state of the batch is another way, so its dialog is gone then. */
function CancelWay({ batch: { id, project, status } }: { batch: BatchSummary }) {
  const [isAsking, setAsking] = useState(false);
  const isHarder = status === 'cancelling';
  return (
    <>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        <Icon name="stop" />
        {isHarder ? text.value.run.stopHarder : batchWords.value.cancel}
      </button>
      {isAsking && (
        <CancelBatchDialog
          place={{ id: project, batch: id }}
          isHarder={isHarder}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
