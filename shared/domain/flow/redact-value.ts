import { REDACTED } from './placeholder.ts';
import type { Redactor } from './redact.ts';

/** The same value without secrets: in its texts, in the names of its fields, and where a number is one. */
export async function redactValue(value: unknown, redact: Redactor): Promise<unknown> {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return (await redact(String(value))) === String(value) ? value : REDACTED;
  if (Array.isArray(value)) return Promise.all(value.map((one) => redactValue(one, redact)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([name, one]) => [
    await redact(name),
    await redactValue(one, redact),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as unknown;
}
