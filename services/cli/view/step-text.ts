import { plainText } from './plain-text.ts';

const text = (value: unknown): string => (typeof value === 'string' ? plainText(value) : '');
const list = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(', ') : text(value));

/** What stands behind the verb. Fill values come redacted from the server, and are not worth a word. */
const OBJECT: Record<string, (step: Record<string, unknown>) => string> = {
  goto: ({ url }) => text(url),
  press: ({ key }) => text(key),
  snapshot: () => '',
  selectOption: ({ selector, value }) => `${text(selector)} = ${list(value)}`,
  setInputFiles: ({ selector, files }) => `${text(selector)} ← ${list(files)}`,
};

/** A step of an event in one line, e.g. `click text=Add to cart`; also one with a verb that is not known here. */
export const describeStep = (step: unknown): string => {
  if (typeof step !== 'object' || step === null) return 'step';
  const fields = step as Record<string, unknown>;
  const action = text(fields.action) || 'step';
  const object = Object.hasOwn(OBJECT, action) ? OBJECT[action]!(fields) : text(fields.selector);
  return `${action} ${object}`.trim();
};
