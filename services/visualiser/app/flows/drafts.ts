/* What is typed into the flows of a project. Owns it until it is saved or dropped, also while its user is signed out. */
import { signal } from '@preact/signals';
import { formatFlow } from '../kit/editor/flow-text.ts';
import { userNow } from '../session/session.ts';
import type { FlowPlace, StoredFlow } from './flows.ts';

export interface FlowDraft {
  text: string;
  description: string;
  /** The description that it began with: it is sent only if it was changed here. */
  described: string;
  /** The version that it began with; 0 of a flow that is not there yet. */
  base: number;
}

/** The text that a new flow begins with: an input, a step, and what it proves. */
const NEW_FLOW = formatFlow({
  baseUrl: 'https://example.com',
  inputsSchema: {
    type: 'object',
    properties: { path: { type: 'string', default: '/' } },
  },
  steps: [
    { action: 'goto', url: '${inputs.path}' },
    { action: 'expect', is: 'visible', selector: 'h1' },
  ],
});

/** What a flow that is not there yet begins with. */
export const NEW_DRAFT: FlowDraft = { text: NEW_FLOW, description: '', described: '', base: 0 };

/** What is stored, as a draft begins. */
export const storedDraft = ({ flow, description, version }: StoredFlow): FlowDraft => ({
  text: formatFlow(flow),
  description,
  described: description,
  base: version,
});

const drafts = signal<ReadonlyMap<string, FlowDraft>>(new Map());

const keyOf = ({ id, name }: FlowPlace): string => `${userNow()} ${id} ${name}`;

/** Undefined if nothing of it is edited. */
export const draftOf = (place: FlowPlace): FlowDraft | undefined => drafts.value.get(keyOf(place));

/** The draft with the description that is stored, unless another one was typed. */
export function withStoredDescription(
  draft: FlowDraft | undefined,
  found: StoredFlow | undefined,
): FlowDraft | undefined {
  if (!draft || !found || isDescribed(draft)) return draft;
  return { ...draft, description: found.description, described: found.description };
}

/** Whether its description was changed here. */
export const isDescribed = ({ description, described }: FlowDraft): boolean => description !== described;

/** Without a draft there is nothing to keep. */
export function keepDraft(place: FlowPlace, draft: FlowDraft | undefined): void {
  const next = new Map(drafts.peek());
  if (draft) next.set(keyOf(place), draft);
  else next.delete(keyOf(place));
  drafts.value = next;
}
