import { z } from 'zod';
import { optionalParam } from './runs.ts';
import { waitingForSchema } from './waiting-for.ts';

/** A hint of a stream that asks for them: no fact about the run, but what can be said of it at a moment. */
export const hintSchema = z.object({
  kind: z.literal('hint'),
  waitingFor: waitingForSchema.describe('As in `GET /v1/runs/:id?hints=1`, each time that it is another.'),
});

export const hintsParam = optionalParam(z.literal('1'));

export const streamQuery = z.object({ hints: hintsParam.describe('`1`: also say what the run waits for.') });
