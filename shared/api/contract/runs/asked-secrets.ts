import type { ErrorBody } from '../errors/error-body.ts';

/** One of `ISSUES`, and here because the client knows it again: so its package needs no other. */
export const SECRET_OF_ANOTHER = {
  en: 'is a secret that another user wrote: give your own in values',
  es: 'es un secreto que escribió otra persona: da el tuyo en values',
};

const TEXTS: readonly string[] = Object.values(SECRET_OF_ANOTHER);

/**
 * The secrets that a rerun of another user's flow has to supply, as keys of its `values` (`steps.3.value`); empty if
 * the rerun was refused for another reason.
 */
export function secretsAskedFor({ details }: ErrorBody): string[] {
  const issues = details?.issues ?? [];
  return issues.every(({ message }) => TEXTS.includes(message)) ? issues.map(({ path }) => path) : [];
}
