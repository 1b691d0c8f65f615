import { applyEdits, modify } from 'jsonc-parser';

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/** The text of a flow with another value for an input, or without it. Nothing else of the text changes. */
export const withInput = (text: string, name: string, value: unknown): string =>
  applyEdits(text, modify(text, ['inputs', name], value, FORMAT));
