import { isFields } from '#shared/platform/json/fields.ts';
import type { DraftIssue } from '../../kit/editor/draft.ts';
import { locate } from '../../kit/editor/flow-draft.ts';
import { JsonTextError, readJsonText } from '../../kit/editor/json-text.ts';

/** The steps in a text, or why there are none. Whether they are steps the gateway says. Pure. */
export function readAhead(typed: string, noSteps: string): { steps?: unknown[]; issues: DraftIssue[] } {
  try {
    const { value } = readJsonText(typed);
    if (isFields(value) && Array.isArray(value.steps)) return { steps: value.steps, issues: [] };
    return { issues: locate(typed, [{ path: [], message: noSteps }]) };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { issues: [{ path: '', message: noSteps, line: error.line }] };
  }
}
