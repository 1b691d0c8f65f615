import type { TargetedSubmitEvent } from 'preact';
import { useId } from 'preact/hooks';
import { Dialog, DialogActions } from '../kit/dialog.tsx';
import { Labelled, ofField } from '../kit/inputs/labelled.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { useFieldSending } from '../session/field-sending.ts';
import { AgeField, CheckFields, FlowField } from './profile-fields.tsx';
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

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = profile?.name ?? String(form.get('name')).trim();
    if (taken.includes(name)) setIssues({ name: words.taken });
    else
      void send(async () => {
        await storeProfile({ id: project, name }, settingsOf(form));
        onClose();
      });
  }
  return (
    <Dialog labelledBy="profile-title" onClose={onClose}>
      <form class="profile-form" autocomplete="off" onSubmit={submit}>
        <h2 id="profile-title">{profile ? words.changeTitle(profile.name) : words.title}</h2>
        {!profile && <ProfileName issue={issues.name} />}
        <CheckFields check={profile?.check} issues={issues} />
        <FlowField project={project} flow={profile?.login?.flow} issue={issues['login.flow']} />
        <AgeField maxAgeMs={profile?.maxAgeMs} issue={issues.maxAgeMs} />
        <Passkeys hasThem={profile?.passkeys ?? false} />
        <ProfileNote note={profile?.note ?? ''} issue={issues.note} />
        <FormProblem text={problem} />
        <DialogActions
          words={profile ? { ...words, ...words.change } : words}
          busy={busy}
          tone="primary"
          onKeep={onClose}
        />
      </form>
    </Dialog>
  );
}

function ProfileName({ issue }: { issue: string | undefined }) {
  const { form: words } = profilesText.value;
  const id = useId();
  return (
    <Labelled id={id} label={words.name} hint={words.nameHint} issue={issue}>
      <input
        {...ofField(id, 'name', issue)}
        type="text"
        class="code"
        required
        autofocus
        maxLength={64}
        pattern="[A-Za-z_][A-Za-z0-9_\-]*"
      />
    </Labelled>
  );
}

function Passkeys({ hasThem }: { hasThem: boolean }) {
  const { form: words } = profilesText.value;
  const id = useId();
  return (
    <div class="field is-checkbox">
      <label for={id}>{words.passkeys}</label>
      <input
        id={id}
        type="checkbox"
        name="passkeys"
        defaultChecked={hasThem}
        aria-describedby={`${id}-about`}
      />
      <span id={`${id}-about`} class="hint">
        {words.passkeysHint}
      </span>
    </div>
  );
}

function ProfileNote({ note, issue }: { note: string; issue: string | undefined }) {
  const { form: words } = profilesText.value;
  const id = useId();
  return (
    <Labelled id={id} label={words.note} issue={issue}>
      <input {...ofField(id, 'note', issue)} type="text" defaultValue={note} />
    </Labelled>
  );
}
