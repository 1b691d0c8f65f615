import { newRunWords } from '../../new-run/words.ts';
import { Icon } from '../icon.tsx';
import type { DraftIssue } from './draft.ts';
import { showLine } from './editor.tsx';

export interface DraftProblemsProps {
  /** Undefined until the flow has been checked. */
  issues: readonly DraftIssue[] | undefined;
  /** What the gateway said of it. */
  refused: string | undefined;
  /** What is still missing, though nothing is wrong. */
  missing?: string | undefined;
}

/** What is wrong with the flow in the editor. */
export function DraftProblems({ issues, refused, missing }: DraftProblemsProps) {
  const words = newRunWords.value;
  return (
    <div class="problems" id="flow-problems" role="status">
      {refused !== undefined && (
        <p class="problem">
          <Icon name="warning" />
          {words.refused} {refused}
        </p>
      )}
      {issues?.length === 0 && refused === undefined && missing !== undefined && (
        <p class="hint">{missing}</p>
      )}
      {issues?.length === 0 && refused === undefined && missing === undefined && (
        <p class="fine">
          <Icon name="check" />
          {words.valid}
        </p>
      )}
      {issues && issues.length > 0 && (
        <>
          <p class="problem">
            <Icon name="warning" />
            {words.issues(issues.length)}
          </p>
          <Issues issues={issues} />
        </>
      )}
    </div>
  );
}

/** Each leads to its line. */
function Issues({ issues }: { issues: readonly DraftIssue[] }) {
  const words = newRunWords.value;
  return (
    <ul>
      {issues.map(({ path, message, line }) => (
        <li key={`${path} ${message}`}>
          <button type="button" onClick={() => showLine('flow', line)}>
            <span class="soft">{words.issueAt(line + 1)}</span>
            {path !== '' && <code>{path}</code>}
            <span>{message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
