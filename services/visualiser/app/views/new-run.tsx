import { useMemo, useState } from 'preact/hooks';
import { ApiError } from '#shared/client/index.ts';
import { type Example, givenExample, ownExamples } from '../model/examples.ts';
import { type DraftIssue, locate, readDraft } from '../model/flow-draft.ts';
import { readJson } from '../model/json-text.ts';
import { keptForUser } from '../model/kept.ts';
import { Editor, showLine } from '../parts/editor.tsx';
import { Icon } from '../parts/icon.tsx';
import { usePolling } from '../state/polling.ts';
import { projects, projectsRead, readProjects } from '../state/projects.ts';
import { go } from '../state/route.ts';
import { client, endsSession, userNow } from '../state/session.ts';
import { useTitle } from '../state/title.ts';
import { draftWords, text } from '../text/text.ts';

const EXAMPLE_FLOWS: readonly Example[] = [...ownExamples(location.origin), ...EXAMPLES.map(givenExample)];

/** What was typed is there again when the view is. */
const lastDraft = keptForUser(userNow, EXAMPLE_FLOWS[0]!.text);

export function NewRunView() {
  const { newRun: words } = text.value;
  const [flow, setFlow] = useState(() => lastDraft.read());
  const [chosen, setChosen] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refusal | undefined>(undefined);
  const known = projects.value;
  const project = known.some(({ id }) => id === chosen) ? chosen : (known[0]?.id ?? '');
  const draft = useMemo(() => readDraft(flow, project, draftWords.value), [flow, project, draftWords.value]);
  const issues = refused?.flow === flow ? refused.issues : draft.issues;
  useTitle(words.title);
  usePolling(readProjects, { everyMs: 30_000, key: '' });

  function edit(next: string): void {
    lastDraft.keep(next);
    setFlow(next);
    setRefused(undefined);
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (draft.body === undefined) {
      const [first] = draft.issues;
      const field = document.getElementById('flow');
      if (first && field instanceof HTMLTextAreaElement) showLine(field, first.line);
      return;
    }
    setBusy(true);
    setRefused(undefined);
    try {
      const { id } = await client.value.start(draft.body);
      go({ view: 'run', id });
    } catch (error) {
      setBusy(false);
      if (!endsSession(error)) setRefused(refusalOf(flow, error));
    }
  }

  return (
    <section class="new-run page" aria-labelledby="new-run-title">
      <header class="page-head">
        <h1 id="new-run-title">{words.title}</h1>
        <p class="lead">{words.lead}</p>
      </header>
      <div class="new-run-grid">
        <ExampleList current={flow} onChoose={edit} />
        <form onSubmit={(event) => void submit(event)} noValidate>
          <div class="form-row">
            <label class="field" for="project">
              <span>{words.project}</span>
            </label>
            <select id="project" value={project} onChange={(event) => setChosen(event.currentTarget.value)}>
              {known.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
            {projectsRead.value && known.length === 0 && <p class="problem">{words.noProject}</p>}
          </div>
          <label class="field" for="flow">
            <span>{words.flow}</span>
          </label>
          <Editor id="flow" value={flow} issues={issues} describedBy="flow-problems" onChange={edit} />
          <div class="form-foot">
            <Problems issues={issues} refused={refused?.flow === flow ? refused.message : undefined} />
            <button type="submit" class="button primary" disabled={busy || known.length === 0}>
              <Icon name="play" />
              {busy ? words.busy : words.submit}
            </button>
          </div>
        </form>
      </div>
    </section>
  );
}

interface Refusal {
  flow: string;
  message: string;
  issues: DraftIssue[];
}

/** What the gateway says, beside the fields that it names. */
function refusalOf(flow: string, error: unknown): Refusal {
  if (!(error instanceof ApiError)) return { flow, message: text.value.app.lost, issues: [] };
  const found = (error.body.details?.issues ?? []).map(({ path, message }) => ({
    path: path.split('.'),
    message,
  }));
  return { flow, message: error.body.error, issues: locate(found, readJson(flow).lines) };
}

function Problems({ issues, refused }: { issues: readonly DraftIssue[]; refused: string | undefined }) {
  const { newRun: words } = text.value;
  const show = ({ line }: DraftIssue) => {
    const field = document.getElementById('flow');
    if (field instanceof HTMLTextAreaElement) showLine(field, line);
  };
  return (
    <div class="problems" id="flow-problems" role="status">
      {refused !== undefined && (
        <p class="problem">
          <Icon name="warning" />
          {words.refused} {refused}
        </p>
      )}
      {issues.length === 0 && refused === undefined && (
        <p class="fine">
          <Icon name="check" />
          {words.valid}
        </p>
      )}
      {issues.length > 0 && (
        <>
          <p class="problem">
            <Icon name="warning" />
            {words.issues(issues.length)}
          </p>
          <ul>
            {issues.map((issue) => (
              <li key={`${issue.path} ${issue.message}`}>
                <button type="button" onClick={() => show(issue)}>
                  <span class="soft">{words.issueAt(issue.line + 1)}</span>
                  {issue.path !== '' && <code>{issue.path}</code>}
                  <span>{issue.message}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function ExampleList({ current, onChoose }: { current: string; onChoose(flow: string): void }) {
  const { newRun: words } = text.value;
  const named: Readonly<Record<string, string>> = words.names;
  const places = new Map(Object.keys(named).map((name, n) => [name, n]));
  const placeOf = ({ name }: Example) => places.get(name) ?? places.size;
  const group = (needsShop: boolean) => (
    <ul>
      {EXAMPLE_FLOWS.filter((example) => example.needsShop === needsShop)
        .toSorted((a, b) => placeOf(a) - placeOf(b))
        .map(({ name, text: flow }) => (
          <li key={name}>
            <button type="button" aria-pressed={flow === current} onClick={() => onChoose(flow)}>
              <span class="example-name">{named[name] ?? name}</span>
              {named[`${name}Lead`] !== undefined && <span class="example-lead">{named[`${name}Lead`]}</span>}
            </button>
          </li>
        ))}
    </ul>
  );
  return (
    <aside class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">{words.examples}</h2>
      {group(false)}
      <h3>{words.shop}</h3>
      <p class="hint">
        {words.needsShop} <code>npx ghostly shop</code>
      </p>
      {group(true)}
    </aside>
  );
}
