import type { TargetedSubmitEvent } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { ApiError, type CallRequest } from '#shared/api/client/index.ts';
import { Dialog, DialogActions, DialogHead } from '../../kit/dialog.tsx';
import { InputFields, showInvalid } from '../../kit/inputs/input-fields.tsx';
import type { InputField } from '../../kit/inputs/inputs.ts';
import { FormProblem } from '../../kit/problem.tsx';
import { goToStarted } from '../../session/acting.ts';
import { problemText } from '../../session/problem-text.ts';
import { client, endsSession } from '../../session/session.ts';
import type { FlowPlace } from '../flows.ts';
import { flowWords } from '../words.ts';
import { type Given, inputsToSend, runFieldsOf, withGiven } from './run-inputs.ts';

interface RunDialogProps {
  place: FlowPlace;
  version: number;
  /** What is kept of this version. */
  flow: Readonly<Record<string, unknown>>;
  /** There is something that is not saved. */
  isEdited: boolean;
  onClose(): void;
}

/** Asks for the inputs of a version of a flow, and starts it. */
export function RunDialog({ place, version, flow, isEdited, onClose }: RunDialogProps) {
  const { start: words } = flowWords.value;
  const [given, setGiven] = useState<Given>({});
  const [baseUrl, setBaseUrl] = useState('');
  const fields = useMemo(() => runFieldsOf(flow, given), [flow, given]);
  const { busy, refused, start } = useStart();

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (showInvalid(event.currentTarget)) return;
    void start({
      project: place.id,
      flow: { name: place.name, version },
      inputs: inputsToSend(flow, given) as Start['inputs'],
      ...(baseUrl.trim() !== '' && { baseUrl: baseUrl.trim() }),
    });
  }
  return (
    <Dialog labelledBy="run-flow-title" onClose={onClose}>
      <form class="run-flow" onSubmit={submit} noValidate>
        <DialogHead id="run-flow-title" title={words.title(place.name, version)} onClose={onClose} />
        <p class="hint">
          {words.lead} {isEdited && <strong>{words.unsaved}</strong>}
        </p>
        {fields.length === 0 && <p class="soft">{words.noInputs}</p>}
        <InputFields
          fields={fields}
          issues={refused.issues}
          onChange={(name, value) => setGiven(withGiven(given, flow, name, value))}
        />
        <BaseUrlField
          own={String(flow.baseUrl)}
          value={baseUrl}
          issues={refused.issues}
          onInput={setBaseUrl}
        />
        <FormProblem text={problemOf(refused, fields)} />
        <DialogActions words={words} busy={busy} tone="primary" icon="play" onKeep={onClose} />
      </form>
    </Dialog>
  );
}

interface BaseUrlFieldProps {
  /** What the flow has. */
  own: string;
  value: string;
  issues: readonly Issue[];
  onInput(value: string): void;
}

function BaseUrlField({ own, value, issues, onInput }: BaseUrlFieldProps) {
  const { start: words } = flowWords.value;
  const issue = issues.find(({ path }) => path === 'baseUrl')?.message;
  return (
    <label class="field">
      <span>{words.baseUrl}</span>
      <input
        type="url"
        name="baseUrl"
        value={value}
        placeholder={own}
        aria-invalid={issue !== undefined}
        aria-describedby="base-url-hint"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="hint clip" id="base-url-hint">
        {issue !== undefined && <span class="is-error">{issue} </span>}
        {words.baseUrlHint}
      </span>
    </label>
  );
}

type Start = CallRequest<'startRun'>['body'];

interface Issue {
  path: string;
  message: string;
}
/** Why a start was refused; `message` if nothing of it is named. */
interface Refusal {
  issues: readonly Issue[];
  message: string;
}
const NONE: Refusal = { issues: [], message: '' };

/** Starts a flow and goes to its run, unless the user has gone elsewhere. */
function useStart() {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NONE);

  async function start(body: Start): Promise<void> {
    setBusy(true);
    setRefused(NONE);
    try {
      await goToStarted(async () => (await client.value.call('startRun', { body })).id);
    } catch (error) {
      if (!endsSession(error)) setRefused(refusalOf(error));
    }
    setBusy(false);
  }
  return { busy, refused, start };
}

function refusalOf(error: unknown): Refusal {
  const issues = (error instanceof ApiError && error.body.details?.issues) || [];
  return { issues, message: issues.length === 0 ? problemText(error) : '' };
}

/** What is said below the fields: why there is no run, as far as it is said at none of them. */
function problemOf({ issues, message }: Refusal, fields: readonly InputField[]): string {
  const others = issues.filter(
    ({ path }) => path !== 'baseUrl' && !fields.some(({ name }) => `${path}.`.startsWith(`inputs.${name}.`)),
  );
  return [message, ...others.map((issue) => `${issue.path}: ${issue.message}`)].filter(Boolean).join('; ');
}
