import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, type RunDetail, type ShownFlow, secretsAskedFor } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { Dialog, DialogActions, DialogHead } from '../../kit/dialog.tsx';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { DraftProblems } from '../../kit/editor/draft-problems.tsx';
import { Editor } from '../../kit/editor/editor.tsx';
import { locate } from '../../kit/editor/flow-draft.ts';
import { stepsOf } from '../../kit/editor/flow-fields.ts';
import { formatFlow } from '../../kit/editor/flow-text.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { go } from '../../session/location.ts';
import { client, endsSession } from '../../session/session.ts';
import { text } from '../../text/text.ts';
import { templatesFor } from '../../vault/on-demand.ts';
import { useShownFlow } from '../flow/edited-flows.ts';
import { SecretFields } from '../flow/secret-fields.tsx';
import { readAhead } from './steps-ahead.ts';
import { forkWords } from './words.ts';

interface ForkDialogProps {
  run: RunDetail;
  fromStep: number;
  onClose(): void;
}

/** Where the new run begins, what it does not have, and the steps ahead, to be changed. */
export function ForkDialog({ run, fromStep, onClose }: ForkDialogProps) {
  const words = forkWords.value;
  const shown = useShownFlow(run.id);
  return (
    <Dialog labelledBy="fork-title" onClose={onClose}>
      <DialogHead id="fork-title" title={words.title(fromStep + 1, shortId(run.id))} onClose={onClose} />
      <p>{words.lead}</p>
      <p class="hint" id="fork-hint">
        {words.lacks}
      </p>
      {shown === undefined && <Skeleton lines={8} />}
      {shown === 'failed' && <p class="problem">{words.notRead}</p>}
      {typeof shown === 'object' && <ForkForm {...{ run, fromStep, shown, onClose }} />}
    </Dialog>
  );
}

function ForkForm({ run, fromStep, shown, onClose }: ForkDialogProps & { shown: ShownFlow }) {
  const words = forkWords.value;
  const before = formatFlow({ steps: stepsOf(shown.flow, 'steps').slice(fromStep) });
  const [steps, setSteps] = useState(before);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const { busy, refused, start, forget } = useFork(run.id);
  const ahead = readAhead(steps, words.noSteps);
  const refusal = refused && refusalOf(steps, refused);
  const asked = refused instanceof ApiError ? secretsAskedFor(refused.body) : [];

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (ahead.issues.length > 0) return;
    void start({
      fromStep,
      values: secrets,
      ...(steps !== before && { steps: ahead.steps as never }),
    });
  }
  return (
    <form class="flow-form" onSubmit={submit} noValidate>
      <div class="flow-text">
        <label for="flow">{words.steps}</label>
        <Editor
          id="flow"
          value={steps}
          issues={refusal?.issues ?? ahead.issues}
          describedBy="fork-hint flow-problems"
          templates={templatesFor(run.project)}
          onChange={(next) => {
            forget();
            setSteps(next);
          }}
        />
      </div>
      <SecretFields
        asked={asked.map((path) => ({ path, key: path }))}
        secrets={secrets}
        onType={(path, secret) => setSecrets((given) => ({ ...given, [path]: secret }))}
      />
      <DraftProblems issues={refusal?.issues ?? ahead.issues} refused={refusal?.message} />
      <DialogActions
        words={{ keep: words.close, submit: words.start, busy: words.starting }}
        busy={busy}
        tone="primary"
        icon="branch"
        onKeep={onClose}
      />
    </form>
  );
}

type ForkBody = Parameters<typeof client.value.fork>[1];

function useFork(id: string) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError | 'failed' | undefined>(undefined);
  async function start(body: ForkBody): Promise<void> {
    setBusy(true);
    setRefused(undefined);
    try {
      const started = await client.peek().fork(id, body);
      go({ view: 'run', id: started.id });
    } catch (error) {
      if (!endsSession(error)) setRefused(error instanceof ApiError ? error : 'failed');
    }
    setBusy(false);
  }
  return { busy, refused, start, forget: () => setRefused(undefined) };
}

/** What the gateway said of it, beside the lines that it names. */
function refusalOf(steps: string, refused: ApiError | 'failed'): { message: string; issues: DraftIssue[] } {
  if (refused === 'failed') return { message: text.value.app.lost, issues: [] };
  const found = (refused.body.details?.issues ?? []).map(({ path, message }) => ({
    path: path.split('.'),
    message,
  }));
  return { message: refused.body.error, issues: locate(steps, found) };
}
