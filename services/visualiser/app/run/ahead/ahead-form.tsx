import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, type RunDetail, type ShownFlow, secretsAskedFor } from '#shared/api/client/index.ts';
import { DialogActions } from '../../kit/dialog.tsx';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { DraftProblems } from '../../kit/editor/draft-problems.tsx';
import { Editor } from '../../kit/editor/editor.tsx';
import { locate } from '../../kit/editor/flow-draft.ts';
import { stepsOf } from '../../kit/editor/flow-fields.ts';
import { formatFlow } from '../../kit/editor/flow-text.ts';
import { Skeleton } from '../../kit/empty.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { endsSession } from '../../session/session.ts';
import { text } from '../../text/text.ts';
import { templatesFor } from '../../vault/on-demand.ts';
import { useShownFlow } from '../flow/edited-flows.ts';
import { SecretFields } from '../flow/secret-fields.tsx';
import { forkWords } from '../fork/words.ts';
import { readAhead } from './read-ahead.ts';

/** What is sent: the steps only if they are others now. */
interface Ahead {
  steps?: unknown[];
  /** Secrets that were asked for, by their paths. */
  values: Readonly<Record<string, string>>;
}

interface AheadFormProps {
  run: Pick<RunDetail, 'id' | 'project'>;
  /** Index of the first of the steps. */
  from: number;
  /** The id of what describes them. */
  hint: string;
  submit: { text: string; busy: string; icon: IconName };
  /** Rejects with why it was refused. */
  send(ahead: Ahead): Promise<void>;
  onClose(): void;
}

/** Its steps, after those that log in. */
const executedOf = ({ flow, login = [] }: ShownFlow) => [...login, ...stepsOf(flow, 'steps')];

/** The steps of a run from one on, to be changed and sent. */
export function AheadForm(props: AheadFormProps) {
  const shown = useShownFlow(props.run.id);
  if (shown === undefined) return <Skeleton lines={8} />;
  if (shown === 'failed') return <p class="problem">{forkWords.value.notRead}</p>;
  return <StepsForm {...props} shown={shown} />;
}

function StepsForm({ run, from, hint, submit, send, onClose, shown }: AheadFormProps & { shown: ShownFlow }) {
  const words = forkWords.value;
  const before = formatFlow({ steps: executedOf(shown).slice(from) });
  const [steps, setSteps] = useState(before);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const { busy, refused, start, forget } = useSent(send);
  const ahead = readAhead(steps, words.noSteps);
  const refusal = refused && refusalOf(steps, refused);
  const asked = refused instanceof ApiError ? secretsAskedFor(refused.body) : [];

  function onSubmit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (ahead.issues.length > 0) return;
    void start({ values: secrets, ...(steps !== before && ahead.steps && { steps: ahead.steps }) });
  }
  return (
    <form class="flow-form" onSubmit={onSubmit} noValidate>
      <div class="flow-text">
        <label for="flow">{words.steps}</label>
        <Editor
          id="flow"
          value={steps}
          issues={refusal?.issues ?? ahead.issues}
          describedBy={`${hint} flow-problems`}
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
        words={{ keep: words.close, submit: submit.text, busy: submit.busy }}
        busy={busy}
        tone="primary"
        icon={submit.icon}
        onKeep={onClose}
      />
    </form>
  );
}

function useSent(send: AheadFormProps['send']) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError | 'failed' | undefined>(undefined);
  async function start(ahead: Ahead): Promise<void> {
    setBusy(true);
    setRefused(undefined);
    try {
      await send(ahead);
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
