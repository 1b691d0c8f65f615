import type { ErrorBody } from './error-body.ts';
import { ISSUES } from './issues.ts';

const TEXTS: readonly string[] = Object.values(ISSUES.secret_of_another);

/**
 * The secrets that a rerun of another user's flow has to supply, as keys of its `values` (`steps.3.value`); empty if
 * the rerun was refused for another reason.
 */
export function secretsAskedFor({ details }: ErrorBody): string[] {
  const issues = details?.issues ?? [];
  return issues.every(({ message }) => TEXTS.includes(message)) ? issues.map(({ path }) => path) : [];
}
