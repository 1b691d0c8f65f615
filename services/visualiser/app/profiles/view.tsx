import { useState } from 'preact/hooks';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { isNotForUser, isNoVault, usePolledList } from '../session/polled-list.ts';
import { problemText } from '../session/problem-text.ts';
import { ProjectPage } from '../session/project-page.tsx';
import { projects } from '../session/projects.ts';
import { ProfileCard } from './profile-card.tsx';
import { ProfileDialog } from './profile-dialog.tsx';
import { type ListedProfile, readProfiles, removeProfile } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

const LOOK_MS = 3_000;

/** The login profiles of one project: that of the address, or else of the user's first. */
export function ProfilesView({ project }: { project: string | undefined }) {
  return (
    <ProjectPage view="profiles" project={project} words={profilesText.value}>
      {(id) => <OfProject key={id} project={id} />}
    </ProjectPage>
  );
}

type Asked = { what: 'add' } | { what: 'change' | 'remove'; profile: ListedProfile };

function OfProject({ project }: { project: string }) {
  const words = profilesText.value;
  const { found, error, lookAgain } = usePolledList((_, signal) => readProfiles(project, signal), {
    everyMs: LOOK_MS,
    key: `profiles ${project}`,
  });
  const [asked, setAsked] = useState<Asked>();
  const isOwn = projects.value.some(({ id, role }) => id === project && role === 'owner');
  if (isNoVault(error)) return <Empty title={problemText(error)} />;
  if (isNotForUser(error)) return <Empty title={words.notAllowed} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  const add = isOwn && (
    <button type="button" class="button primary" onClick={() => setAsked({ what: 'add' })}>
      <Icon name="plus" />
      {words.add}
    </button>
  );
  return (
    <>
      {found.length === 0 ? (
        <Empty title={words.none} lead={isOwn ? words.noneLead : words.listOnly}>
          {add}
        </Empty>
      ) : (
        <>
          <p class="profiles-lead">
            <span>
              {words.lead} {!isOwn && words.listOnly}
            </span>
            {add}
          </p>
          <ul class="profile-list">
            {found.map((profile) => (
              <ProfileCard
                key={profile.name}
                {...{ profile, project, isOwn, onRestored: lookAgain }}
                onChange={() => setAsked({ what: 'change', profile })}
                onRemove={() => setAsked({ what: 'remove', profile })}
              />
            ))}
          </ul>
        </>
      )}
      {asked && (
        <Dialogs
          {...{ asked, project, found }}
          onClose={() => {
            setAsked(undefined);
            lookAgain();
          }}
        />
      )}
    </>
  );
}

interface DialogsProps {
  asked: Asked;
  project: string;
  found: readonly ListedProfile[];
  onClose(): void;
}

function Dialogs({ asked, project, found, onClose }: DialogsProps) {
  const { removeAsk } = profilesText.value;
  if (asked.what === 'add')
    return <ProfileDialog project={project} taken={found.map(({ name }) => name)} onClose={onClose} />;
  const { profile } = asked;
  const { name } = profile;
  if (asked.what === 'change') return <ProfileDialog project={project} profile={profile} onClose={onClose} />;
  return (
    <ConfirmDialog
      words={{ ...removeAsk, title: removeAsk.title(name) }}
      work={async () => {
        await removeProfile({ id: project, name });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
