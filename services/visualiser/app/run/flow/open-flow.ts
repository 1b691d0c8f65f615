/* Which flow is to be opened at which of its steps. Owns the wish, until the flow is open. */
import { signal } from '@preact/signals';

/** The id of the run, and the index of the step. */
export const wantedStep = signal<{ id: string; step: number } | undefined>(undefined);

/** Opens the flow of a run to be edited, the cursor at the selector of a step. */
export function openFlowAt(id: string, step: number): void {
  wantedStep.value = { id, step };
}
