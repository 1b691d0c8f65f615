import { useRef, useState } from 'preact/hooks';
import { onDemand } from '../on-demand.tsx';
import type { WrittenAs } from './completion/schema-source.ts';
import type { DraftIssue } from './draft.ts';

const Suggestions = onDemand(async () => (await import('./completion/suggestions.tsx')).Suggestions);

const NONE = async (): Promise<readonly string[]> => [];

export interface EditorProps {
  id: string;
  value: string;
  issues: readonly DraftIssue[];
  describedBy: string;
  /** What is suggested while it is written. */
  written?: WrittenAs;
  /** Templates that may stand in a value, as far as they are known. */
  templates?(): Promise<readonly string[]>;
  /** It is shown, and cannot be changed. */
  isReadOnly?: boolean;
  onChange(value: string): void;
}

/** A field for JSON: numbered lines, each problem behind the line that has it, and suggestions at the caret. */
export function Editor(props: EditorProps) {
  const { id, value, issues, describedBy, written = 'start', isReadOnly = false, onChange } = props;
  const { templates = NONE } = props;
  const [isUsed, setUsed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const back = useRef<HTMLDivElement>(null);
  const follow = (field: HTMLTextAreaElement) => {
    if (!back.current) return;
    back.current.scrollTop = field.scrollTop;
    back.current.scrollLeft = field.scrollLeft;
  };
  return (
    <div class="editor">
      <div class="editor-back" ref={back} aria-hidden="true">
        <Lines value={value} issues={issues} />
      </div>
      <textarea
        ref={field}
        id={id}
        value={value}
        rows={18}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
        aria-describedby={describedBy}
        aria-invalid={issues.length > 0}
        readOnly={isReadOnly}
        onFocus={() => setUsed(true)}
        onInput={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => follow(event.currentTarget)}
      />
      {isUsed && !isReadOnly && (
        <Suggestions field={field} lines={back} written={written} templates={templates} />
      )}
    </div>
  );
}

function Lines({ value, issues }: Pick<EditorProps, 'value' | 'issues'>) {
  const byLine = Map.groupBy(issues, ({ line }) => line);
  return (
    <div class="editor-lines">
      {value.split('\n').map((line, n) => {
        const found = byLine.get(n);
        return (
          <div key={n} class={found ? 'editor-line has-issue' : 'editor-line'}>
            <span class="editor-number">{n + 1}</span>
            <span class="editor-ghost">{line}</span>
            {found && <span class="editor-issue">{found.map(({ message }) => message).join('; ')}</span>}
          </div>
        );
      })}
    </div>
  );
}

/** Puts the caret of an editor at the beginning of a line. */
export function showLine(id: string, line: number): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement)) return;
  const before = field.value.split('\n').slice(0, line).join('\n');
  const at = line === 0 ? 0 : before.length + 1;
  const end = field.value.indexOf('\n', at);
  field.focus();
  field.setSelectionRange(at, end < 0 ? field.value.length : end);
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 4) * height);
}
