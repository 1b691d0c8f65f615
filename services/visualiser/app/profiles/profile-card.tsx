import { go, route } from '../session/location.ts';
import { problemText } from '../session/problem-text.ts';
import { useSending } from '../session/sending.ts';
import { momentText } from '../text/moment.ts';
import { ProfileFacts } from './profile-facts.tsx';
import { type ListedProfile, type ProfilePlace, restoreVersion, startLogin } from './profiles.ts';
import { profilesText } from './profiles-text.ts';
import { VersionList } from './version-list.tsx';

const BADGES: Record<ListedProfile['status'], string> = {
  empty: 'badge-queued',
  fresh: 'badge-pass',
  stale: 'badge-cancelling',
};

interface ProfileCardProps {
  profile: ListedProfile;
  project: string;
  /** The user may change and delete it, and say which version is in use. */
  isOwn: boolean;
  onChange(): void;
  onRemove(): void;
  /** Another version is in use. */
  onRestored(): void;
}

/** A login profile: all that is known of its login, which is not the login itself. */
export function ProfileCard({ profile, project, isOwn, ...on }: ProfileCardProps) {
  const words = profilesText.value;
  const { name, status, staleWhy, passkeys, note, updatedAt, updatedBy } = profile;
  const place = { id: project, name };
  const { busy, problem, logIn, restore } = useActing(place, on.onRestored);
  return (
    <li class="card profile-card">
      <header>
        <h2>
          <code>{name}</code>
        </h2>
        <span class={`badge ${BADGES[status]}`}>{words.states[status]}</span>
        {passkeys && <span class="tag">{words.passkeys}</span>}
      </header>
      {staleWhy && <p class="note is-warning">{words.why[staleWhy]}</p>}
      {note !== '' && <p class="clip">{note}</p>}
      <ProfileFacts profile={profile} project={project} />
      <VersionList {...{ profile, isOwn, busy }} onUse={restore} />
      <p class="soft clip">{words.changed(momentText(updatedAt), updatedBy)}</p>
      <div class="profile-ways">
        {profile.login && (
          <button
            type="button"
            class="button compact"
            aria-label={words.actionOn(words.logIn, name)}
            disabled={busy}
            onClick={logIn}
          >
            {words.logIn}
          </button>
        )}
        {isOwn && <OwnerWays name={name} {...on} />}
        {problem !== '' && (
          <span class="is-error" role="alert">
            {problem}
          </span>
        )}
      </div>
    </li>
  );
}

function OwnerWays({ name, onChange, onRemove }: { name: string; onChange(): void; onRemove(): void }) {
  const { change, remove, actionOn } = profilesText.value;
  return (
    <>
      <button type="button" class="button compact" aria-label={actionOn(change, name)} onClick={onChange}>
        {change}
      </button>
      <button
        type="button"
        class="button compact danger"
        aria-label={actionOn(remove, name)}
        onClick={onRemove}
      >
        {remove}
      </button>
    </>
  );
}

/** What is done at once, without a dialog. */
function useActing(place: ProfilePlace, onRestored: () => void) {
  const { send, setBusy, ...state } = useSending(problemText);
  return {
    ...state,
    /** Goes to the new run, unless the user has gone elsewhere. */
    logIn: () =>
      void send(async () => {
        const from = route.peek();
        const id = await startLogin(place);
        setBusy(false);
        if (route.peek() === from) go({ view: 'run', id });
      }),
    restore: (version: number) =>
      void send(async () => {
        await restoreVersion(place, version);
        setBusy(false);
        onRestored();
      }),
  };
}
