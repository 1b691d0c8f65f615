import { findPassed } from '#shared/api/client/find-passed.ts';
import type { RunDetail } from '#shared/api/client/index.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import { compareRuns } from '#shared/domain/story/compare.ts';
import { englishWords as words } from '#shared/domain/words/en.ts';
import { englishComparison as comparison } from '#shared/domain/words/en-comparison.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayFirst } from '#shared/domain/words/say-comparison.ts';
import type { CallContext } from '../tool.ts';
import { shortLine } from '../words.ts';

const LONGEST = 500;
/** The answer about the run waits no longer for this line, ms. */
const WITHIN_MS = 1_000;

/**
 * How a run that failed differs from the last one like it that passed. Undefined if there is none; and if that one cannot be read in time,
 * since the answer about the run itself is worth more than this line.
 */
export async function besidePassed(
  run: RunDetail,
  { client, signal: cancelled }: Pick<CallContext, 'client' | 'signal'>,
): Promise<string | undefined> {
  if (outcomeOf(run) !== 'fail') return undefined;
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(WITHIN_MS)]);
  try {
    const { passed } = await findPassed(client, run, { signal });
    if (passed === undefined) return undefined;
    const found = compareRuns(run, await client.get(passed.id, { signal }));
    const first = textOfSentences([sayFirst(found, { words, comparison })]);
    return shortLine(`Beside run ${passed.id}, which passed: ${first}`, LONGEST);
  } catch {
    cancelled.throwIfAborted();
    return undefined;
  }
}
