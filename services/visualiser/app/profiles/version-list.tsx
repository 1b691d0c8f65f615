import { CardWay, Folded } from '../kit/item-card.tsx';
import { SavedLine } from './profile-facts.tsx';
import type { ListedProfile } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

interface VersionListProps {
  profile: ListedProfile;
  /** The user may say which version is in use. */
  isOwn: boolean;
  busy: boolean;
  onUse(version: number): void;
}

/** The versions that are kept, newest first. */
export function VersionList({ profile, isOwn, busy, onUse }: VersionListProps) {
  const words = profilesText.value;
  const { name, current, versions } = profile;
  if (versions.length === 0) return null;
  return (
    <Folded class="profile-versions" title={words.versions(versions.length)}>
      {() => (
        <ul>
          {versions.map((saved) => (
            <li key={saved.version}>
              <strong>{words.version(saved.version)}</strong>
              <SavedLine saved={saved} />
              <span class="soft">{words.cookies(saved.cookies)}</span>
              {saved.version === current && <span class="tag">{words.current}</span>}
              {isOwn && saved.version !== current && (
                <CardWay
                  text={words.use}
                  label={words.useOf(saved.version, name)}
                  disabled={busy}
                  onClick={() => onUse(saved.version)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Folded>
  );
}
