import { expect, it } from 'vitest';
import { ApiError } from '#shared/client/index.ts';
import { ERRORS, type ErrorCode } from '#shared/contract/errors.ts';
import { fetchProblemOf } from '../../../services/visualiser/app/state/fetch-problem.ts';
import { run as english } from '../../../services/visualiser/app/text/en/run.ts';
import { run as spanish } from '../../../services/visualiser/app/text/es/run.ts';

const answer = (code: ErrorCode) =>
  new ApiError(ERRORS[code].status, { ok: false, error: ERRORS[code].text });

it.each([
  ['artifact_pending', 'pending'],
  ['artifact_refused', 'refused'],
  ['store_unavailable', 'failed'],
  ['not_found', 'failed'],
] as const)('an artifact that is answered with %s is told as %s', (code, problem) => {
  expect(fetchProblemOf(answer(code))).toBe(problem);
});

it('an artifact that the object store refused is told as lost, in both languages', () => {
  expect(english.run.pictureProblems[fetchProblemOf(answer('artifact_refused'))]).toMatch(/lost/);
  expect(spanish.run.pictureProblems[fetchProblemOf(answer('artifact_refused'))]).toMatch(/perdió/);
});
