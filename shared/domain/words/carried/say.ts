/* What a run has of the one that it is forked off, in a few words of a language. Pure. */
import type { Payload } from '#shared/domain/events/events.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import type { Words } from '../en.ts';

type Lacks = Payload<'carried_over'>['notCarried'];

export const textOfCarried = (
  { runId, fromStep, notCarried }: Pick<Payload<'carried_over'>, 'runId' | 'fromStep' | 'notCarried'>,
  words: Words,
): string => words.carried.from(shortId(runId), fromStep + 1, listOfLacks(notCarried, words).join(', '));

/** What it does not have, one after the other; a code that is not known here stands for itself. */
export const listOfLacks = (notCarried: Lacks, { carried }: Words): string[] =>
  notCarried.map(({ what, why }) => {
    const name = textOf(carried.what, what);
    return why === 'never' ? name : `${name} (${textOf(carried.why, why)})`;
  });

const textOf = (texts: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(texts, code) ? texts[code]! : code;
