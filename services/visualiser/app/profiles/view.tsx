import { CardPage, type CardsOf } from '../session/card-page.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { ProfileCard } from './profile-card.tsx';
import { ProfileDialog } from './profile-dialog.tsx';
import { type ListedProfile, readProfiles, removeProfile } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

type Asked = { what: 'add' } | { what: 'change' | 'remove'; profile: ListedProfile };
type Cards = CardsOf<ListedProfile, Asked>;

/** The login profiles of one project: that of the address, or else of the user's first. */
export function ProfilesView({ project }: { project: string | undefined }) {
  return (
    <CardPage<ListedProfile, Asked>
      view="profiles"
      project={project}
      words={profilesText.value}
      read={(id, _, signal) => readProfiles(id, signal)}
      mayChange={(role) => role === 'owner'}
      adding={{ what: 'add' }}
      renderCard={(profile, { project, mayChange, ask, lookAgain }) => (
        <ProfileCard
          key={profile.name}
          {...{ profile, project, isOwn: mayChange, onRestored: lookAgain }}
          onChange={() => ask({ what: 'change', profile })}
          onRemove={() => ask({ what: 'remove', profile })}
        />
      )}
      renderDialog={(asked, cards, onClose) => <Dialogs {...{ asked, cards, onClose }} />}
    />
  );
}

interface DialogsProps {
  asked: Asked;
  cards: Cards;
  onClose(): void;
}

function Dialogs({ asked, cards: { project, found }, onClose }: DialogsProps) {
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
