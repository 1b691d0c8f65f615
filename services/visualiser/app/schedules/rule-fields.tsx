import { useState } from 'preact/hooks';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { ChoiceField } from '../kit/inputs/choice-field.tsx';
import { DurationField } from '../kit/inputs/duration-field.tsx';
import { LinesField } from '../kit/inputs/lines-field.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import type { FieldIssues } from '../session/field-sending.ts';
import { typedStart } from './schedule-form.ts';
import { schedulesText } from './schedules-text.ts';

interface RuleFieldsProps {
  schedule: Schedule | undefined;
  issues: FieldIssues;
}

/** What is done if earlier runs go on, times were missed, or runs fail. */
export function RuleFields({ schedule, issues }: RuleFieldsProps) {
  const words = schedulesText.value;
  const { form } = words;
  const [mode, setMode] = useState(schedule?.catchUp.mode ?? 'last');
  return (
    <fieldset>
      <legend>{form.between}</legend>
      <ChoiceField
        name="overlap"
        label={words.overlap}
        issue={issues.overlap}
        choices={words.overlaps}
        chosen={schedule?.overlap ?? 'skip'}
      />
      <div class="beside">
        <ChoiceField
          name="catch-up"
          label={words.catchUp}
          issue={mode === 'none' ? issues.catchUp : undefined}
          choices={words.catchUps}
          chosen={mode}
          onChoose={setMode}
        />
        {mode !== 'none' && (
          <DurationField
            name="within"
            label={form.within}
            unit={form.unit(form.within)}
            units={['minute', 'hour', 'day']}
            usual="hour"
            ms={schedule?.catchUp.withinMs ?? SCHEDULE_LIMITS.defaultCatchUpMs}
            issue={issues.catchUp}
            required
          />
        )}
      </div>
      <TextField
        name="failures"
        label={form.pausesAfter}
        issue={issues.pauseAfterFailures}
        inputMode="numeric"
        pattern="[0-9]+"
        defaultValue={String(schedule?.pauseAfterFailures ?? '')}
      />
    </fieldset>
  );
}

/** What its runs have in common, and how they are spread. */
export function StartFields({ schedule, issues }: RuleFieldsProps) {
  const { form } = schedulesText.value;
  const { inputs, labels } = typedStart(schedule?.start ?? {});
  return (
    <fieldset>
      <legend>{form.starting}</legend>
      <LinesField
        name="inputs"
        label={form.inputs}
        hint={form.inputsHint}
        issue={issues['start.inputs'] ?? issues.inputs}
        class="code"
        text={inputs}
      />
      <LinesField
        name="labels"
        label={form.labels}
        issue={issues['start.labels'] ?? issues.labels}
        text={labels}
      />
      <DurationField
        name="window"
        label={form.window}
        hint={form.windowHint}
        unit={form.unit(form.window)}
        units={['minute', 'hour']}
        usual="minute"
        ms={schedule?.windowMs || undefined}
        issue={issues.windowMs}
      />
    </fieldset>
  );
}
