import { FlowField } from '../flows/flow-field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { DurationField } from '../kit/inputs/duration-field.tsx';
import { NameField } from '../kit/inputs/name-field.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import { useFieldSending } from '../session/field-sending.ts';
import { CheckFields, PasskeysField } from './profile-fields.tsx';
import { settingsOf } from './profile-form.ts';
import { type ListedProfile, storeProfile } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

const FIELDS = ['name', 'check.url', 'check.visible', 'login.flow', 'maxAgeMs', 'note'];

interface ProfileDialogProps {
  project: string;
  /** One that is changed; undefined: a new one. */
  profile?: ListedProfile;
  /** Names that a new one cannot have. */
  taken?: readonly string[];
  onClose(): void;
}

/** Asks for all settings of a profile, since all are given each time. */
export function ProfileDialog({ project, profile, taken = [], onClose }: ProfileDialogProps) {
  const { form: words } = profilesText.value;
  const { busy, problem, issues, setIssues, send } = useFieldSending(FIELDS);

  function submit(element: HTMLFormElement): void {
    const form = new FormData(element);
    const name = profile?.name ?? String(form.get('name')).trim();
    if (taken.includes(name)) setIssues({ name: words.taken });
    else
      void send(async () => {
        await storeProfile({ id: project, name }, settingsOf(form));
        onClose();
      });
  }
  return (
    <FormDialog
      title={profile ? words.changeTitle(profile.name) : words.title}
      words={profile ? { ...words, ...words.change } : words}
      {...{ busy, problem, onClose }}
      onSubmit={submit}
    >
      {!profile && <NameField words={words} issue={issues.name} />}
      <CheckFields check={profile?.check} issues={issues} />
      <FlowField
        project={project}
        label={words.flow}
        hint={words.flowHint}
        flow={profile?.login?.flow}
        issue={issues['login.flow']}
      />
      <DurationField
        name="age"
        label={words.age}
        hint={words.ageHint}
        unit={words.unit}
        units={['hour', 'day']}
        usual="day"
        ms={profile?.maxAgeMs}
        issue={issues.maxAgeMs}
      />
      <PasskeysField hasThem={profile?.passkeys ?? false} />
      <TextField name="note" label={words.note} issue={issues.note} defaultValue={profile?.note ?? ''} />
    </FormDialog>
  );
}
