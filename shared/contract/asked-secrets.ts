import type { ErrorBody } from './errors.ts';

/** How a rerun is told that a value is missing, in the languages of the contract. */
export const SECRET_OF_ANOTHER = {
  en: 'is a secret that somebody else wrote: give your own in values',
  es: 'es un secreto que escribió otra persona: da el tuyo en values',
} as const;

const TEXTS: readonly string[] = Object.values(SECRET_OF_ANOTHER);

/**
 * The places of the secrets that a rerun of somebody else's flow was asked for, as its `values` take them
 * (`steps.3.value`); none if it was refused for something else.
 */
export function secretsAskedFor({ details }: ErrorBody): string[] {
  const issues = details?.issues ?? [];
  return issues.every(({ message }) => TEXTS.includes(message)) ? issues.map(({ path }) => path) : [];
}
