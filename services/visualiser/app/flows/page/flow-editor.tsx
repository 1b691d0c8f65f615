import type { TargetedSubmitEvent } from 'preact';
import { useMemo } from 'preact/hooks';
import { NAMED_FLOW_LIMITS } from '#shared/api/limits.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { DraftProblems } from '../../kit/editor/draft-problems.tsx';
import { useDraftReader } from '../../kit/editor/draft-reader.ts';
import { Editor, showLine } from '../../kit/editor/editor.tsx';
import { mayWrite } from '../../session/may-write.ts';
import { projectsRead } from '../../session/projects.ts';
import { draftWords } from '../../text/text.ts';
import { templatesFor } from '../../vault/on-demand.ts';
import { type FlowDraft, keepDraft } from '../drafts.ts';
import type { FlowPlace } from '../flows.ts';
import { flowWords } from '../words.ts';
import { isBehind, Meanwhile } from './meanwhile.tsx';
import { SaveFoot } from './save-foot.tsx';
import type { KnownFlow } from './use-named-flow.ts';
import { useSaving } from './use-saving.ts';

interface FlowEditorProps {
  place: FlowPlace;
  known: KnownFlow;
  /** What is stored, as a draft begins. */
  stored: FlowDraft;
  draft: FlowDraft | undefined;
}

/** The text of a flow and what it is for: to be read, or edited and saved as a new version. */
export function FlowEditor({ place, known, stored, draft }: FlowEditorProps) {
  const shown = draft ?? stored;
  const isReadOnly = !mayWrite(place.id);
  const reader = useDraftReader();
  const read = useMemo(
    () => reader?.readNamed(shown.text, draftWords.value),
    [reader, shown.text, draftWords.value],
  );
  const saving = useSaving(place, known, shown);
  const issues = saving.refused?.issues ?? read?.issues;

  function edit(part: Partial<FlowDraft>): void {
    saving.forget();
    const next = { ...shown, ...part };
    keepDraft(place, known.found && isSame(next, stored) ? undefined : next);
  }
  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const [first] = read?.issues ?? [];
    if (first) showLine('flow', first.line);
    else void saving.save();
  }
  return (
    <form class="card flow-edit" onSubmit={submit} noValidate>
      {draft && <Meanwhile place={place} known={known} draft={draft} />}
      <Description
        value={shown.description}
        {...{ isReadOnly }}
        onInput={(description) => edit({ description })}
      />
      <FlowText
        project={place.id}
        text={shown.text}
        issues={issues ?? []}
        {...{ isReadOnly }}
        onChange={(text) => edit({ text })}
      />
      {isReadOnly ? (
        projectsRead.value && <p class="hint">{flowWords.value.page.readOnly}</p>
      ) : (
        <div class="flow-save">
          <DraftProblems issues={issues} refused={saving.refused?.message} />
          <SaveFoot
            isEdited={draft !== undefined}
            isBlocked={isBehind(known, shown)}
            isNewText={shown.text !== stored.text || known.found === undefined}
            {...{ saving }}
            version={shown.base + 1}
            onUndo={() => edit(stored)}
          />
        </div>
      )}
    </form>
  );
}

const isSame = (one: FlowDraft, other: FlowDraft): boolean =>
  one.text === other.text && one.description === other.description;

interface DescriptionProps {
  value: string;
  isReadOnly: boolean;
  onInput(value: string): void;
}

function Description({ value, isReadOnly, onInput }: DescriptionProps) {
  return (
    <label class="field">
      <span>{flowWords.value.page.description}</span>
      <input
        type="text"
        name="description"
        maxLength={NAMED_FLOW_LIMITS.description}
        value={value}
        readOnly={isReadOnly}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface FlowTextProps {
  project: string;
  text: string;
  issues: readonly DraftIssue[];
  isReadOnly: boolean;
  onChange(text: string): void;
}

function FlowText({ project, text, issues, isReadOnly, onChange }: FlowTextProps) {
  const { page: words } = flowWords.value;
  return (
    <div class="flow-text">
      <label for="flow">{words.json}</label>
      <CopyButton value={() => text} label={words.copy} />
      <Editor
        id="flow"
        value={text}
        issues={issues}
        describedBy={isReadOnly ? 'flow-name' : 'flow-keys flow-problems'}
        written="namedFlow"
        templates={templatesFor(project)}
        isReadOnly={isReadOnly}
        onChange={onChange}
      />
      {!isReadOnly && (
        <p class="hint" id="flow-keys">
          {words.keysHint}
        </p>
      )}
    </div>
  );
}
