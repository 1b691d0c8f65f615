/* An artifact that cannot be shown is said to be on its way, lost or out of reach. */
import { expect, it } from 'vitest';
import { ApiError } from '#shared/api/client/index.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { englishRun as english } from '../../../../../../services/visualiser/app/run/en.ts';
import { spanishRun as spanish } from '../../../../../../services/visualiser/app/run/es.ts';
import { fetchProblemOf } from '../../../../../../services/visualiser/app/run/pictures/fetch-problem.ts';

const answer = (code: ErrorCode) =>
  new ApiError(ERRORS[code].status, { ok: false, error: ERRORS[code].text }, { code });

it.each([
  ['artifact_pending', 'pending'],
  ['artifact_refused', 'refused'],
  ['store_unavailable', 'failed'],
  ['not_found', 'failed'],
] as const)('an artifact that is answered with %s is shown as %s', (code, problem) => {
  expect(fetchProblemOf(answer(code))).toBe(problem);
});

it('an artifact that the object store refused is shown as lost, in both languages', () => {
  expect(english.run.pictureProblems[fetchProblemOf(answer('artifact_refused'))]).toMatch(/lost/);
  expect(spanish.run.pictureProblems[fetchProblemOf(answer('artifact_refused'))]).toMatch(/perdió/);
});
