import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import type { RequestError } from './errors.ts';

/** What is wrong, and where, for people; at most 1,000 characters. */
export function refusalInWords({ code, details }: RequestError): string {
  const issues = (details?.issues ?? []).map(({ path, message }) => `${path} ${message}`.trim());
  return [ERRORS[code].text, ...issues].join('; ').slice(0, 1_000);
}
