import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { FormDialog } from '../kit/form-dialog.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import { useFieldSending } from '../session/field-sending.ts';
import { holdSchedule, type NamedSchedule } from './schedules.ts';
import { schedulesText } from './schedules-text.ts';

/** Pauses a schedule, and asks why. */
export function PauseDialog({ place, onClose }: { place: NamedSchedule; onClose(): void }) {
  const { pauseAsk: words } = schedulesText.value;
  const { busy, problem, issues, send } = useFieldSending(['reason']);
  const pause = (form: HTMLFormElement) =>
    send(async () => {
      await holdSchedule(place, String(new FormData(form).get('reason')).trim());
      onClose();
    });
  return (
    <FormDialog
      title={words.title(place.name)}
      lead={words.lead}
      {...{ words, busy, problem, onClose }}
      onSubmit={(form) => void pause(form)}
    >
      <TextField
        name="reason"
        label={words.reason}
        issue={issues.reason}
        autofocus
        maxLength={SCHEDULE_LIMITS.reason}
      />
    </FormDialog>
  );
}
