/* What is typed into the flows of a project. Owns it until it is saved or dropped, also while its user is signed out. */
import { signal } from '@preact/signals';
import { userNow } from '../session/session.ts';
import type { FlowPlace } from './flows.ts';

export interface FlowDraft {
  text: string;
  description: string;
  /** The version that it began with; 0 of a flow that is not there yet. */
  base: number;
}

const drafts = signal<ReadonlyMap<string, FlowDraft>>(new Map());

const keyOf = ({ id, name }: FlowPlace): string => `${userNow()} ${id} ${name}`;

/** Undefined if nothing of it is edited. */
export const draftOf = (place: FlowPlace): FlowDraft | undefined => drafts.value.get(keyOf(place));

/** Without a draft there is nothing to keep. */
export function keepDraft(place: FlowPlace, draft: FlowDraft | undefined): void {
  const next = new Map(drafts.peek());
  if (draft) next.set(keyOf(place), draft);
  else next.delete(keyOf(place));
  drafts.value = next;
}
