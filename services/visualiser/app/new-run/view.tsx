import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, type StartInput } from '#shared/api/client/index.ts';
import type { DraftIssue } from '../kit/editor/draft.ts';
import { DraftProblems } from '../kit/editor/draft-problems.tsx';
import { loadDraftReader, useDraftReader } from '../kit/editor/draft-reader.ts';
import { Editor, showLine } from '../kit/editor/editor.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTitle } from '../kit/title.ts';
import { go, route } from '../session/location.ts';
import { usePolling } from '../session/polling.ts';
import { projects, projectsRead, readProjects } from '../session/projects.ts';
import { client, endsSession, userNow } from '../session/session.ts';
import { draftWords, text } from '../text/text.ts';
import { KeptValues, templatesFor } from '../vault/on-demand.ts';
import { EXAMPLE_FLOWS, ExampleList } from './example-list.tsx';
import { keptForUser } from './kept.ts';
import { newRunWords } from './words.ts';

/** What was typed is there again when the view is. */
const lastDraft = keptForUser(userNow, EXAMPLE_FLOWS[0]!.text);

export function NewRunView() {
  const words = newRunWords.value;
  const [flow, setFlow] = useState(() => lastDraft.read());
  useTitle(words.title);
  usePolling(readProjects, { everyMs: 30_000, key: '' });

  function edit(next: string): void {
    lastDraft.keep(next);
    setFlow(next);
  }
  return (
    <section class="new-run page" aria-labelledby="new-run-title">
      <header class="page-head">
        <h1 id="new-run-title">{words.title}</h1>
        <p class="lead">{words.lead}</p>
      </header>
      <div class="new-run-grid">
        <ExampleList current={flow} onChoose={edit} />
        <FlowForm flow={flow} onEdit={edit} />
      </div>
    </section>
  );
}

function FlowForm({ flow, onEdit }: { flow: string; onEdit(flow: string): void }) {
  const words = newRunWords.value;
  const [chosen, setChosen] = useState('');
  const known = projects.value;
  const project = known.some(({ id }) => id === chosen) ? chosen : (known[0]?.id ?? '');
  const reader = useDraftReader();
  const draft = useMemo(
    () => reader?.readDraft(flow, project, draftWords.value),
    [reader, flow, project, draftWords.value],
  );
  const { busy, refused, start } = useStart(flow);
  const issues = refused?.issues ?? draft?.issues;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const { issues, body } = draft ?? (await loadDraftReader()).readDraft(flow, project, draftWords.value);
    if (body !== undefined) await start(body);
    else if (issues[0]) showLine('flow', issues[0].line);
  }
  return (
    <div>
      <form onSubmit={submit} noValidate>
        <ProjectChoice project={project} onChoose={setChosen} />
        <label class="field" for="flow">
          <span>{words.flow}</span>
        </label>
        <Editor
          id="flow"
          value={flow}
          issues={issues ?? []}
          describedBy="flow-problems"
          templates={templatesFor(project)}
          onChange={onEdit}
        />
        <div class="form-foot">
          <DraftProblems issues={issues} refused={refused?.message} />
          <button type="submit" class="button primary" disabled={busy || known.length === 0}>
            <Icon name="play" />
            {busy ? words.busy : words.submit}
          </button>
        </div>
      </form>
      <KeptValues flow={flow} project={project} onChange={onEdit} />
    </div>
  );
}

function ProjectChoice({ project, onChoose }: { project: string; onChoose(id: string): void }) {
  const words = newRunWords.value;
  const known = projects.value;
  return (
    <div class="form-row">
      <label class="field" for="project">
        <span>{words.project}</span>
      </label>
      <select id="project" value={project} onChange={(event) => onChoose(event.currentTarget.value)}>
        {known.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
      {projectsRead.value && known.length === 0 && <p class="problem">{words.noProject}</p>}
    </div>
  );
}

/** Starts the flow and goes to its run, unless the user has gone elsewhere; `refused` is what the gateway said of it as it is. */
function useStart(flow: string) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  useEffect(() => setRefusal(undefined), [flow]);

  async function start(body: StartInput): Promise<void> {
    const from = route.peek();
    setBusy(true);
    setRefusal(undefined);
    try {
      const { id } = await client.value.start(body);
      if (route.peek() === from) go({ view: 'run', id });
      setBusy(false);
    } catch (error) {
      setBusy(false);
      if (!endsSession(error)) setRefusal(await refusalOf(flow, error));
    }
  }
  return { busy, refused: refusal?.flow === flow ? refusal : undefined, start };
}

interface Refusal {
  flow: string;
  message: string;
  issues: DraftIssue[];
}

/** What the gateway says, beside the fields that it names. */
async function refusalOf(flow: string, error: unknown): Promise<Refusal> {
  if (!(error instanceof ApiError)) return { flow, message: text.value.app.lost, issues: [] };
  const found = (error.body.details?.issues ?? []).map(({ path, message }) => ({
    path: path.split('.'),
    message,
  }));
  const { locate } = await loadDraftReader();
  return { flow, message: error.body.error, issues: locate(flow, found) };
}
