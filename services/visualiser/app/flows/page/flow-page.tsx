import { useMemo, useState } from 'preact/hooks';
import { whyUnread } from '../../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../../kit/empty.tsx';
import { useTitle } from '../../kit/title.ts';
import { go } from '../../session/location.ts';
import { mayWrite } from '../../session/may-write.ts';
import { useProjects } from '../../session/project-page.tsx';
import { hashOf } from '../../session/route.ts';
import {
  draftOf,
  type FlowDraft,
  keepDraft,
  NEW_DRAFT,
  storedDraft,
  withStoredDescription,
} from '../drafts.ts';
import type { FlowPlace } from '../flows.ts';
import { RunDialog } from '../run/run-dialog.tsx';
import { flowWords } from '../words.ts';
import { FlowEditor } from './flow-editor.tsx';
import { FlowHead } from './flow-head.tsx';
import { LastRuns } from './last-runs.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { type KnownFlow, useNamedFlow } from './use-named-flow.ts';
import { Versions } from './versions.tsx';

/** A named flow: its text, its versions, and its last runs. */
export function FlowPage({ project, name }: { project: string; name: string }) {
  const { page: words, title } = flowWords.value;
  useProjects();
  const place = useMemo(() => ({ id: project, name }), [project, name]);
  const known = useNamedFlow(place);
  const draft = withStoredDescription(draftOf(place), known.found);
  useTitle(`${name} · ${title}`);
  if (known.found || draft) return <Flow place={place} known={known} draft={draft} />;
  if (known.trouble === 'failed') return <Empty title={words.failed} lead={whyUnread()} />;
  if (known.trouble === undefined) return <Skeleton lines={8} />;
  return (
    <Empty title={words.missing} lead={words.missingLead}>
      {mayWrite(project) && (
        <button type="button" class="button" onClick={() => keepDraft(place, NEW_DRAFT)}>
          {words.write}
        </button>
      )}
      <a class="button" href={hashOf({ view: 'flows', project })}>
        {words.toAll}
      </a>
    </Empty>
  );
}

interface FlowProps {
  place: FlowPlace;
  known: KnownFlow;
  draft: FlowDraft | undefined;
}

/** What is run: the newest version, or an earlier one. */
interface ToRun {
  version: number;
  flow: Readonly<Record<string, unknown>>;
}

function Flow({ place, known, draft }: FlowProps) {
  const { found } = known;
  const [toRun, setToRun] = useState<ToRun | undefined>(undefined);
  const stored = useMemo(() => (found ? storedDraft(found) : NEW_DRAFT), [found]);
  return (
    <section class="flow-page page" aria-labelledby="flow-name">
      <FlowHead
        place={place}
        found={found}
        onRun={found && (() => setToRun(found))}
        onDeleted={() => {
          keepDraft(place, undefined);
          go({ view: 'flows', project: place.id });
        }}
      />
      <div class="flow-grid">
        <div class="flow-main">
          <FlowEditor place={place} known={known} stored={stored} draft={draft} />
          {found && <Versions place={place} newest={found} onRun={setToRun} onRestored={known.lookAgain} />}
        </div>
        {found && (
          <div class="flow-side">
            <LastRuns place={place} />
          </div>
        )}
      </div>
      {toRun && (
        <RunDialog
          place={place}
          version={toRun.version}
          flow={toRun.flow}
          isEdited={draft !== undefined}
          onClose={() => setToRun(undefined)}
        />
      )}
      <LeaveDialog place={place} isEdited={draft !== undefined} />
    </section>
  );
}
