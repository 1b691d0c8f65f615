import type { TargetedSubmitEvent } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RunDetail, ShownFlow } from '#shared/api/client/index.ts';
import { NAMED_FLOW_LIMITS } from '#shared/api/limits.ts';
import { Dialog, DialogActions, DialogHead } from '../../kit/dialog.tsx';
import { loadDraftReader } from '../../kit/editor/draft-reader.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { Icon } from '../../kit/icon.tsx';
import { runNameOf } from '../../kit/standing/standing.ts';
import { useShownFlow } from '../../run/flow/edited-flows.ts';
import { hashOf } from '../../session/route.ts';
import { flowNameFor } from '../flow-name.ts';
import { FlowNameField } from '../flow-name-field.tsx';
import { flowWords } from '../words.ts';
import { HiddenFields, LostPlaces } from './hidden-fields.tsx';
import { dropsPassword, hiddenValuesOf, keptFlowOf, lostPlacesOf } from './kept-flow.ts';
import { type KeptVersion, useKeeping } from './use-keeping.ts';

interface SaveDialogProps {
  run: RunDetail;
  onClose(): void;
}

/** Keeps the flow of a run under a name, in the run's project. */
export function SaveDialog({ run, onClose }: SaveDialogProps) {
  const { save: words } = flowWords.value;
  const shown = useShownFlow(run.id);
  const [kept, setKept] = useState<KeptVersion | undefined>(undefined);
  return (
    <Dialog labelledBy="save-title" onClose={onClose}>
      <DialogHead id="save-title" title={words.title} onClose={onClose} />
      {shown === undefined && <Skeleton lines={6} />}
      {shown === 'failed' && <p class="problem">{words.notRead}</p>}
      {typeof shown === 'object' && !kept && (
        <SaveForm run={run} shown={shown} onKept={setKept} onClose={onClose} />
      )}
      {kept && <Done project={run.project} kept={kept} />}
    </Dialog>
  );
}

interface SaveFormProps extends SaveDialogProps {
  shown: ShownFlow;
  onKept(kept: KeptVersion): void;
}

function SaveForm({ run, shown, onKept, onClose }: SaveFormProps) {
  const { save: words } = flowWords.value;
  const hidden = useMemo(() => hiddenValuesOf(shown), [shown]);
  const { busy, issues, problem, taken, keep, forget } = useKeeping(run.project, onKept);

  async function submit(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const flow = keptFlowOf(shown, ({ list, index, field }) => text(`${list}.${index}.${field}`));
    const { keptFieldsOf } = await loadDraftReader();
    await keep(text('flow-name'), { flow: keptFieldsOf(flow), description: text('description') });
  }
  return (
    <form class="save-flow" onSubmit={submit}>
      <p class="hint">{words.lead}</p>
      <FlowNameField
        label={words.name}
        value={flowNameFor(run.flow?.name ?? runNameOf(run))}
        onInput={forget}
      />
      <label class="field">
        <span>{words.description}</span>
        <input type="text" name="description" maxLength={NAMED_FLOW_LIMITS.description} />
      </label>
      <HiddenFields hidden={hidden} />
      <LostPlaces places={lostPlacesOf(shown)} />
      {dropsPassword(shown) && <p class="note is-warning">{words.dropsPassword}</p>}
      <div role="alert">
        {taken !== undefined && <p class="note is-warning">{words.exists(taken + 1)}</p>}
        {problem !== '' && (
          <p class="problem">
            <Icon name="warning" />
            {problem}
          </p>
        )}
        {issues.length > 0 && (
          <ul class="save-issues">
            {issues.map(({ path, message }) => (
              <li key={path} class="is-error clip">
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        )}
      </div>
      <DialogActions
        words={{ ...words, ...(taken !== undefined && { submit: words.over }) }}
        busy={busy}
        tone="primary"
        icon="bookmark"
        onKeep={onClose}
      />
    </form>
  );
}

/** The flow is saved, and is where this leads. */
function Done({ project, kept: { name, version, isNew } }: { project: string; kept: KeptVersion }) {
  const { save: words } = flowWords.value;
  return (
    <div class="save-done">
      <p class="fine" role="status">
        <Icon name="check" />
        {isNew ? words.done(name, version) : words.doneSame(name, version)}
      </p>
      <div class="dialog-actions">
        <a
          class="button primary"
          href={hashOf({ view: 'flow', project, name })}
          ref={(link) => link?.focus()}
        >
          {words.open}
        </a>
      </div>
    </div>
  );
}
