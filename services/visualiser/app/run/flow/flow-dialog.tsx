import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, type RunDetail, type ShownFlow } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Dialog, DialogActions, DialogHead } from '../../kit/dialog.tsx';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { DraftProblems } from '../../kit/editor/draft-problems.tsx';
import { Editor, showLine } from '../../kit/editor/editor.tsx';
import { locate } from '../../kit/editor/flow-draft.ts';
import { flowFieldsOf } from '../../kit/editor/flow-fields.ts';
import { readJsonText } from '../../kit/editor/json-text.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { InputFields, showInvalid } from '../../kit/inputs/input-fields.tsx';
import { type InputField, inputFieldsOf } from '../../kit/inputs/inputs.ts';
import { withInput } from '../../kit/inputs/with-input.ts';
import { draftWords, text } from '../../text/text.ts';
import { KeptValues, templatesFor } from '../../vault/on-demand.ts';
import {
  asksForSecrets,
  editedFlow,
  keepEdited,
  type Rerun,
  useRerun,
  useShownFlow,
} from './edited-flows.ts';
import { type AgainDraft, editorTextOf, readAgain } from './flow-again.ts';
import { FlowSteps } from './flow-steps.tsx';
import { SecretFields } from './secret-fields.tsx';

export interface FlowDialogProps {
  run: RunDetail;
  /** The index of the step whose selector the cursor is at first. */
  step?: number | undefined;
  onClose(): void;
}

/** The flow of a run: to be read and copied, and edited and run again. What was typed stays when it is closed. */
export function FlowDialog({ run, step, onClose }: FlowDialogProps) {
  const { flow: words } = text.value;
  const shown = useShownFlow(run.id);
  return (
    <Dialog labelledBy="flow-title" onClose={onClose}>
      <DialogHead id="flow-title" title={words.title(shortId(run.id))} onClose={onClose} />
      {shown === undefined && <Skeleton lines={8} />}
      {shown === 'failed' && <p class="problem">{words.notRead}</p>}
      {typeof shown === 'object' && <FlowForm run={run} step={step} shown={shown} onClose={onClose} />}
    </Dialog>
  );
}

/** The flow as it is edited, and what is typed for its secrets. */
function useEditing(id: string, shown: ShownFlow) {
  const again = useRerun(id);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const flow = editedFlow(id) ?? editorTextOf(shown);
  const draft = useMemo(
    () => readAgain(flow, shown, secrets, { ...draftWords.value, hidden: hiddenText(shown) }),
    [flow, shown, secrets, draftWords.value],
  );
  function edit(next: string | undefined): void {
    again.forget();
    keepEdited(id, next === editorTextOf(shown) ? undefined : next);
  }
  function type(key: string, secret: string): void {
    again.forget();
    setSecrets((given) => ({ ...given, [key]: secret }));
  }
  /** What is in the vault now is not kept here. */
  function keep(next: string, path: string): void {
    type(keyOf(draft, path), '');
    edit(next);
  }
  return { again, secrets, flow, draft, edit, type, keep };
}

const keyOf = ({ asked }: AgainDraft, path: string): string =>
  asked.find((one) => one.path === path)?.key ?? '';

function FlowForm({ run, step, shown, onClose }: FlowDialogProps & { shown: ShownFlow }) {
  const { flow: words } = text.value;
  const { again, secrets, flow, draft, edit, type, keep } = useEditing(run.id, shown);
  const project = String(shown.flow.project);
  const isEdited = flow !== editorTextOf(shown);
  const inputs = useMemo(() => ownInputs(flow, draft), [flow, draft]);
  const refusal = refusalOf(flow, again);
  const issues = refusal?.issues ?? draft.issues;
  const lacks = draft.asked.some(({ key }) => !secrets[key]);
  useEffect(() => {
    if (step !== undefined) showStep(flow, step - (shown.login?.length ?? 0));
  }, [step]);

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!showInvalid(event.currentTarget)) send(draft, again, isEdited ? flow : undefined);
  }
  return (
    <>
      <form class="flow-form" onSubmit={submit} noValidate>
        <p class="hint" id="flow-hint">
          {shown.keepsHidden ? words.own : words.others} {shown.hidden.length > 0 && hiddenHint(shown)}
        </p>
        <InputFields
          fields={inputs}
          issues={issues}
          onChange={(name, value) => edit(withInput(flow, name, value))}
        />
        <div class="flow-columns">
          <FlowSteps flow={flow} shown={shown} run={run} />
          <FlowText flow={flow} project={project} issues={issues} onChange={edit} />
        </div>
        <SecretFields asked={draft.asked} secrets={secrets} onType={type} />
        <DraftProblems
          issues={issues}
          refused={refusal?.message}
          missing={lacks ? words.secretsNeeded : undefined}
        />
        <Foot isEdited={isEdited} busy={again.busy} onUndo={() => edit(undefined)} onClose={onClose} />
      </form>
      <KeptValues
        flow={flow}
        project={project}
        given={(path) => secrets[keyOf(draft, path)]}
        onChange={keep}
      />
    </>
  );
}

interface FlowTextProps {
  flow: string;
  project: string;
  issues: readonly DraftIssue[];
  onChange(flow: string): void;
}

function FlowText({ flow, project, issues, onChange }: FlowTextProps) {
  const { flow: words } = text.value;
  return (
    <div class="flow-text">
      <label for="flow">{words.json}</label>
      <CopyButton value={() => flow} label={words.copy} />
      <Editor
        id="flow"
        value={flow}
        issues={issues}
        describedBy="flow-hint flow-problems"
        templates={templatesFor(project)}
        onChange={onChange}
      />
    </div>
  );
}

interface FootProps {
  isEdited: boolean;
  busy: boolean;
  onUndo(): void;
  onClose(): void;
}

function Foot({ isEdited, busy, onUndo, onClose }: FootProps) {
  const { flow: words } = text.value;
  return (
    <div class="flow-foot">
      {isEdited && (
        <span class="flow-edited">
          {words.kept}{' '}
          <button type="button" class="button quiet compact" onClick={onUndo}>
            {words.undo}
          </button>
        </span>
      )}
      <DialogActions
        words={{ keep: words.close, submit: isEdited ? words.againEdited : words.again, busy: words.busy }}
        busy={busy}
        tone="primary"
        icon="again"
        onKeep={onClose}
      />
    </div>
  );
}

/** Puts the cursor at the selector of a step, wherever the text that is edited has it. */
function showStep(flow: string, step: number): void {
  try {
    const { lines } = readJsonText(flow);
    showLine('flow', lines.get(`steps.${step}.selector`) ?? lines.get(`steps.${step}`) ?? 0);
  } catch {
    showLine('flow', 0); // what is typed is no JSON yet
  }
}

function send({ changes, issues }: AgainDraft, again: Rerun, typed: string | undefined): void {
  const [first] = issues;
  if (changes !== undefined) void again.start(changes, typed);
  else if (first) showLine('flow', first.line);
}

/** Another user's secrets have fields of their own. */
const ownInputs = (flow: string, { asked }: AgainDraft): InputField[] =>
  inputFieldsOf(flowFieldsOf(flow)).filter(
    ({ name }) => !asked.some(({ path }) => path === `inputs.${name}`),
  );

const hiddenText = ({ keepsHidden }: ShownFlow): string =>
  keepsHidden ? text.value.flow.hiddenMoved : text.value.flow.hiddenOther;

const hiddenHint = ({ keepsHidden }: ShownFlow): string =>
  keepsHidden ? text.value.flow.ownHidden : text.value.flow.othersHidden;

/** What the gateway said of it, beside the lines that it names. */
function refusalOf(flow: string, again: Rerun): { message: string; issues: DraftIssue[] } | undefined {
  const { flow: words, app } = text.value;
  const { refused } = again;
  if (refused === undefined) return undefined;
  if (!(refused instanceof ApiError)) return { message: app.lost, issues: [] };
  const asks = asksForSecrets(again);
  const found = (refused.body.details?.issues ?? []).map(({ path, message }) => ({
    path: path.split('.'),
    message: asks ? words.secretNeeded : message,
  }));
  const message = refused.status === 403 ? words.forbidden : asks ? words.secretsNeeded : refused.body.error;
  return { message, issues: locate(flow, found) };
}
