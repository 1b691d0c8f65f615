/* What an `expect` step claims, and that it did not hold, in words. */
import type { Step } from '#shared/domain/flow/step.ts';
import { comparisonsOf } from '#shared/domain/words/step-text.ts';
import { NotYet } from './look-until.ts';

export type Expect = Extract<Step, { action: 'expect' }>;

/** What was expected and what was found, as a text each. */
export interface Expectation {
  is: Expect['is'];
  expected: string;
  /** Undefined if nothing was found, or it was as expected. */
  found?: string;
}

export const expectedOf = (step: Expect): Expectation => ({
  is: step.is,
  expected: comparisonsOf(step) || step.is,
});

/** `expected text = "30"`, `expected visible`. */
export const expectedInWords = ({ is, expected }: Expectation): string =>
  `expected ${is === expected ? '' : `${is} `}${expected}`;

/** It was not as expected in time. */
export class ExpectationFailure extends NotYet {
  readonly expectation: Expectation;
  /** The element that was looked at. */
  readonly selector: string | undefined;
  constructor(expectation: Expectation, selector: string | undefined) {
    super(`${expectedInWords(expectation)}, found ${expectation.found ?? 'no element'}`);
    this.name = 'ExpectationFailure';
    this.expectation = expectation;
    this.selector = selector;
  }
}
