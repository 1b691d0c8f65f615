import type { ErrorBody } from './errors.ts';
import { ISSUES } from './issues.ts';

const TEXTS: readonly string[] = Object.values(ISSUES.secret_of_another);

/**
 * The places of the secrets that a rerun of somebody else's flow was asked for, as its `values` take them
 * (`steps.3.value`); none if it was refused for something else.
 */
export function secretsAskedFor({ details }: ErrorBody): string[] {
  const issues = details?.issues ?? [];
  return issues.every(({ message }) => TEXTS.includes(message)) ? issues.map(({ path }) => path) : [];
}
