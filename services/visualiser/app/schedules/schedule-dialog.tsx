import type { ApiError } from '#shared/api/client/index.ts';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { FlowField } from '../flows/flow-field.tsx';
import { FLOW_NAME } from '../flows/flow-name.ts';
import { FormDialog } from '../kit/form-dialog.tsx';
import { NameField } from '../kit/inputs/name-field.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import { type FieldIssues, useFieldSending } from '../session/field-sending.ts';
import { RuleFields, StartFields } from './rule-fields.tsx';
import { scheduleIn } from './schedule-form.ts';
import { storeSchedule } from './schedules.ts';
import { schedulesText } from './schedules-text.ts';
import { TimingFields } from './timing-fields.tsx';

const FIELDS = [
  'name',
  'flow.version',
  'flow',
  'cron',
  'timezone',
  'dst',
  'overlap',
  'catchUp',
  'windowMs',
  'pauseAfterFailures',
  'description',
  'start.inputs',
  'inputs',
  'start.labels',
  'labels',
];

const NAMES = { pattern: FLOW_NAME, maxLength: 100 };

interface ScheduleDialogProps {
  project: string;
  /** One that is edited; undefined: a new one. */
  schedule?: Schedule;
  onClose(): void;
}

/** Asks for all settings of a schedule, since all are given each time. */
export function ScheduleDialog({ project, schedule, onClose }: ScheduleDialogProps) {
  const { form: words } = schedulesText.value;
  const { busy, problem, issues, setIssues, send } = useFieldSending(FIELDS, (error) =>
    ownIssues(error, schedule === undefined),
  );

  function submit(element: HTMLFormElement): void {
    const form = new FormData(element);
    const name = schedule?.name ?? String(form.get('name')).trim();
    const body = scheduleIn(form, schedule);
    if (!body) setIssues({ inputs: words.notFields });
    else
      void send(async () => {
        await storeSchedule({ id: project, name }, body, schedule?.version);
        onClose();
      });
  }
  return (
    <FormDialog
      title={schedule ? words.editTitle(schedule.name) : words.title}
      words={schedule ? { ...words, ...words.edits } : words}
      form="schedule-form"
      busy={busy}
      problem={issues.form ?? problem}
      onSubmit={submit}
      onClose={onClose}
    >
      {!schedule && <NameField words={words} issue={issues.name} rule={NAMES} />}
      <FlowFields {...{ project, schedule, issues }} />
      <TimingFields schedule={schedule} issues={issues} />
      <RuleFields schedule={schedule} issues={issues} />
      <StartFields schedule={schedule} issues={issues} />
      <TextField
        name="description"
        label={words.description}
        issue={issues.description}
        maxLength={SCHEDULE_LIMITS.description}
        defaultValue={schedule?.description ?? ''}
      />
    </FormDialog>
  );
}

/** What is said at a field or, as `form`, of the whole, in place of what the gateway says. */
function ownIssues({ status, body }: ApiError, isNew: boolean): FieldIssues | undefined {
  const { form: words } = schedulesText.peek();
  if (status === 412) return isNew ? { name: words.taken } : { form: words.changed };
  // Which step of the flow that is, only its path says.
  const ofStep = body.details?.issues.find(({ path }) => /^flow\.\w+\.\d/.test(path));
  return ofStep && { flow: `${ofStep.path}: ${ofStep.message}` };
}

interface FlowFieldsProps extends Pick<ScheduleDialogProps, 'project'> {
  schedule: Schedule | undefined;
  issues: FieldIssues;
}

function FlowFields({ project, schedule, issues }: FlowFieldsProps) {
  const { form: words } = schedulesText.value;
  return (
    <div class="beside">
      <FlowField
        project={project}
        label={words.flow}
        hint={words.flowHint}
        flow={schedule?.flow.name}
        issue={issues.flow}
        required
      />
      <TextField
        name="version"
        label={words.version}
        hint={words.versionHint}
        issue={issues['flow.version']}
        inputMode="numeric"
        pattern="[0-9]+"
        defaultValue={String(schedule?.flow.version ?? '')}
      />
    </div>
  );
}
