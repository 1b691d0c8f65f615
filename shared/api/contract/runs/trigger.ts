import { z } from 'zod';
import { OCCURRENCE_KINDS } from '#shared/domain/schedule/rules.ts';
import { idSchema } from '../id.ts';

const ofSchedule = z.object({
  schedule: z.string().describe('The name that it had then.'),
  nominalAt: z.iso.datetime(),
  kind: z.enum(OCCURRENCE_KINDS),
});
export type ScheduleTrigger = z.output<typeof ofSchedule>;

const ofBatch = z.object({
  batch: idSchema,
  test: z.string().describe('The name of its test.'),
  attempt: z.int().min(1),
});

/** What has started a run: a time of a schedule, or a test of a batch. */
const trigger = z.union([ofSchedule, ofBatch]);
type TriggerShape = typeof trigger;
/** A name for declarations, as `StepSchema` is. */
export interface TriggerSchema extends TriggerShape {}
export const triggerSchema: TriggerSchema = trigger;
export type Trigger = z.output<TriggerSchema>;
