import { z } from 'zod';
import { OCCURRENCE_KINDS } from '#shared/domain/schedule/rules.ts';

/** What a run is for that a schedule has started. */
const trigger = z.object({
  schedule: z.string().describe('The name that it had then.'),
  nominalAt: z.iso.datetime(),
  kind: z.enum(OCCURRENCE_KINDS),
});
type TriggerShape = typeof trigger;
/** A name for declarations, as `StepSchema` is. */
export interface TriggerSchema extends TriggerShape {}
export const triggerSchema: TriggerSchema = trigger;
export type Trigger = z.output<TriggerSchema>;
