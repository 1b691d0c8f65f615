import type { RunContext } from './context.ts';

type Asking = Pick<RunContext, 'questions' | 'done' | 'askedAt' | 'now'>;

/** What the current step asks a person, as the machine knows it. */
export const questionOf = ({ questions, done }: Pick<Asking, 'questions' | 'done'>) => questions?.[done];

/** Until when that can be answered, epoch ms. */
export const answerUntil = (context: Asking): number =>
  (context.askedAt ?? context.now) + (questionOf(context)?.timeoutMs ?? 0);
