import { useEffect, useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { SaveFlow } from '../../flows/on-demand.ts';
import { Icon } from '../../kit/icon.tsx';
import { onDemand } from '../../kit/on-demand.tsx';
import { text } from '../../text/text.ts';
import { asksForSecrets, editedFlow, useRerun } from './edited-flows.ts';
import { wantedStep } from './open-flow.ts';

const FlowDialog = onDemand(async () => (await import('./flow-dialog.tsx')).FlowDialog);

/** Shows the flow of a run, keeps it under a name, and starts that of one that is over again. Secrets that another wrote are asked for first. */
export function FlowActions({ run }: { run: RunDetail }) {
  const { flow: words } = text.value;
  const [isOpen, setOpen] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const again = useRerun(run.id);
  const { busy, refused, start } = again;
  const asks = asksForSecrets(again);
  const wanted = wantedStep.value?.id === run.id ? wantedStep.value.step : undefined;
  useEffect(() => {
    if (asks) setOpen(true);
  }, [asks, refused]);
  const close = () => {
    setOpen(false);
    wantedStep.value = undefined;
  };
  return (
    <>
      {refused !== undefined && !asks && (
        <span class="problem" role="alert">
          {words.notStarted}
        </span>
      )}
      {isFinal(run.status) && (
        <button
          type="button"
          class="button"
          title={`${words.again} (r)`}
          aria-keyshortcuts="r"
          disabled={busy}
          onClick={() => void start({})}
        >
          <Icon name="again" />
          {busy ? words.busy : words.again}
        </button>
      )}
      <button type="button" class="button" title={words.save} onClick={() => setSaving(true)}>
        <Icon name="bookmark" />
        <span class="wide-only">{words.save}</span>
      </button>
      <button
        type="button"
        class="button"
        title={`${words.edit} (e)`}
        aria-keyshortcuts="e"
        onClick={() => setOpen(true)}
      >
        <Icon name="braces" />
        {editedFlow(run.id) === undefined ? words.open : words.openEdited}
      </button>
      {isSaving && <SaveFlow run={run} onClose={() => setSaving(false)} />}
      {(isOpen || wanted !== undefined) && <FlowDialog run={run} step={wanted} onClose={close} />}
    </>
  );
}
