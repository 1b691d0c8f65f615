import type { Redactor } from '#shared/domain/flow/redact.ts';

/** The same value with all of its texts redacted, however deep. */
export async function redactTexts<T>(value: T, redact: Redactor): Promise<T>;
export async function redactTexts(value: unknown, redact: Redactor): Promise<unknown> {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return Promise.all(value.map((one) => redactTexts<unknown>(one, redact)));
  if (typeof value !== 'object' || value === null) return value;
  const redacted = Object.entries(value).map(async ([key, one]) => [
    key,
    await redactTexts<unknown>(one, redact),
  ]);
  return Object.fromEntries(await Promise.all(redacted)) as unknown;
}
