import type { Batch } from '#shared/api/client/index.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { EXIT } from '../exit.ts';

/** What a batch that has ended comes to, as an exit code. Quarantined tests fail nothing, flaky ones only if that is asked for. */
export function exitCodeOfBatch(
  { status, tests }: Pick<Batch, 'status' | 'tests'>,
  failOnFlaky: boolean,
): number {
  if (!isBatchFinal(status)) return EXIT.refused;
  if (status !== 'pass') return EXIT.failed;
  const isFlaky = tests.some((test) => test.status === 'flaky' && !test.quarantined);
  return failOnFlaky && isFlaky ? EXIT.failed : EXIT.done;
}
