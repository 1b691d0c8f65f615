import { useMemo, useState } from 'preact/hooks';
import { flowFieldsOf } from '../../kit/editor/flow-fields.ts';
import { projectOf } from '../../session/projects.ts';
import { templatesOf } from '../secret-form.ts';
import { StoreSecretDialog } from '../store-secret-dialog.tsx';
import { vaultText } from '../vault-text.ts';
import { originOf, suggestedName, type TypedValue, typedValuesOf, withTemplate } from './typed-values.ts';

export interface KeepValuesProps {
  /** The text of the flow as it is typed. */
  flow: string;
  project: string;
  /** What is typed elsewhere for a value that is hidden in the text, by its path. */
  given?: (path: string) => string | undefined;
  /** The vault has the value of this path now, and the flow its name. */
  onChange(flow: string, path: string): void;
}

/** What the flow types in clear or hidden and the vault could keep; only for owners of the project, who may store it. */
export function KeepValues({ flow, project, given, onChange }: KeepValuesProps) {
  const { clear: words } = vaultText.value;
  const [asked, setAsked] = useState<TypedValue>();
  const [kept, setKept] = useState('');
  const fields = useMemo(() => flowFieldsOf(flow), [flow]);
  const found = useMemo(() => typedValuesOf(fields), [fields]);
  const isOwner = projectOf(project)?.role === 'owner';
  if (!isOwner) return null;
  const { passwords = [], others = [] } = Object.groupBy(found, ({ isPassword }) =>
    isPassword ? 'passwords' : 'others',
  );
  return (
    <section class="typed-values">
      {passwords.length > 0 && <h3>{words.passwords}</h3>}
      <Values values={passwords} onKeep={setAsked} />
      {others.length > 0 && (
        <details>
          <summary>{words.others(others.length)}</summary>
          <Values values={others} onKeep={setAsked} />
        </details>
      )}
      <p class="fine" role="status">
        {kept}
      </p>
      {asked && (
        <StoreSecretDialog
          project={project}
          words={words}
          kinds={['text', 'login']}
          draft={{
            name: suggestedName(fields, asked),
            value: asked.value ?? given?.(asked.path) ?? '',
            origin: originOf(fields),
          }}
          onStored={({ name, kind }) => {
            const template = templatesOf(name, kind).at(-1) ?? '';
            onChange(withTemplate(flow, asked, template), asked.path);
            setKept(words.kept(template));
            setAsked(undefined);
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

function Values({ values, onKeep }: { values: readonly TypedValue[]; onKeep(value: TypedValue): void }) {
  const { clear: words, actionOn } = vaultText.value;
  if (values.length === 0) return null;
  return (
    <ul>
      {values.map((value) => (
        <li key={value.path}>
          <span class="clip">
            {(value.value === undefined ? words.hidden : words.types)(stepsText(value))}{' '}
            <code>{value.selector}</code>
          </span>
          <button
            type="button"
            class="button compact"
            aria-label={actionOn(words.keep, value.selector)}
            onClick={() => onKeep(value)}
          >
            {words.keep}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Steps are counted from one, as they are everywhere on this page. */
const stepsText = ({ places }: TypedValue): string =>
  places
    .map(({ list, index }) =>
      list === 'steps' ? String(index + 1) : vaultText.value.clear.ofCleanup(index + 1),
    )
    .join(', ');
