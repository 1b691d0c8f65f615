import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { loadDraftReader } from '../../kit/editor/draft-reader.ts';
import { endsSession } from '../../session/session.ts';
import { draftWords, text } from '../../text/text.ts';
import { draftOf, type FlowDraft, isDescribed, keepDraft } from '../drafts.ts';
import { type FlowPlace, readNamedFlow, type SavedFlow, storeFlow } from '../flows.ts';
import { flowWords } from '../words.ts';
import type { KnownFlow } from './use-named-flow.ts';

interface Refusal {
  message: string;
  issues: DraftIssue[];
}

export interface Saving {
  busy: boolean;
  /** Why it was not saved, beside the fields that the gateway names. */
  refused: Refusal | undefined;
  /** What it was saved as. */
  done: string | undefined;
  save(): Promise<void>;
  /** What was said of it is no longer so. */
  forget(): void;
}

/** Saves a draft as a new version, unless there is a newer one than it began with: then that is read. */
export function useSaving(place: FlowPlace, known: KnownFlow, draft: FlowDraft): Saving {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refusal | undefined>(undefined);
  const [done, setDone] = useState<string | undefined>(undefined);

  function forget(): void {
    setRefused(undefined);
    setDone(undefined);
  }
  async function save(): Promise<void> {
    const { readNamed } = await loadDraftReader();
    const { flow } = readNamed(draft.text, draftWords.peek());
    if (!flow) return;
    setBusy(true);
    forget();
    try {
      const { base, description } = draft;
      const saved = await storeFlow(place, flow, { base, ...(isDescribed(draft) && { description }) });
      // What is shown goes from the draft to what is stored, at once.
      const stored = await readNamedFlow(place).catch(() => undefined);
      if (stored) known.know(stored);
      else known.lookAgain();
      setDone(doneText(saved));
      keepWhatWasTypedSince(place, draft, saved.version);
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) known.lookAgain();
      else if (!endsSession(error)) setRefused(await refusalOf(draft.text, error));
    }
    setBusy(false);
  }
  return { busy, refused, done, save, forget };
}

function keepWhatWasTypedSince(place: FlowPlace, saved: FlowDraft, base: number): void {
  const now = draftOf(place);
  if (!now) return;
  const isNewText = now.text !== saved.text;
  const isNewDescription = isDescribed(now) && now.description !== saved.description;
  const described = isDescribed(now) ? { described: saved.description } : {};
  keepDraft(place, isNewText || isNewDescription ? { ...now, base, ...described } : undefined);
}

function doneText({ created, version, ignored }: SavedFlow): string {
  const { page: words } = flowWords.peek();
  const said = created ? words.saved(version) : words.savedSame(version);
  return ignored ? `${said} ${words.ignored(ignored.join(', '))}` : said;
}

async function refusalOf(flow: string, error: unknown): Promise<Refusal> {
  if (!(error instanceof ApiError)) return { message: text.peek().app.lost, issues: [] };
  const found = (error.body.details?.issues ?? []).map(({ path, message }) => ({
    path: path.split('.').slice(path.startsWith('flow.') ? 1 : 0),
    message,
  }));
  const { locate } = await loadDraftReader();
  return { message: error.body.error, issues: locate(flow, found) };
}
