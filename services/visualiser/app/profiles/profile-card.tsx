import { CardWay, CardWays, ItemCard } from '../kit/item-card.tsx';
import { goToStarted, useActing } from '../session/acting.ts';
import { momentText } from '../text/moment.ts';
import { ProfileFacts } from './profile-facts.tsx';
import { type ListedProfile, restoreVersion, startLogin } from './profiles.ts';
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
  const { busy, problem, act } = useActing(on.onRestored);
  const way = (text: string) => ({ text, label: words.actionOn(text, name) });
  return (
    <ItemCard
      class="profile-card"
      name={name}
      beside={
        <>
          <span class={`badge ${BADGES[status]}`}>{words.states[status]}</span>
          {passkeys && <span class="tag">{words.passkeys}</span>}
        </>
      }
    >
      {staleWhy && <p class="note is-warning">{words.why[staleWhy]}</p>}
      {note !== '' && <p class="clip">{note}</p>}
      <ProfileFacts profile={profile} project={project} />
      <VersionList
        {...{ profile, isOwn, busy }}
        onUse={(version) => void act(() => restoreVersion(place, version))}
      />
      <p class="soft clip">{words.changed(momentText(updatedAt), updatedBy)}</p>
      <CardWays problem={problem}>
        {profile.login && (
          <CardWay
            {...way(words.logIn)}
            disabled={busy}
            onClick={() => void act(() => goToStarted(() => startLogin(place)))}
          />
        )}
        {isOwn && (
          <>
            <CardWay {...way(words.change)} onClick={on.onChange} />
            <CardWay {...way(words.remove)} tone="danger" onClick={on.onRemove} />
          </>
        )}
      </CardWays>
    </ItemCard>
  );
}
