import { formatRoughAge } from '#shared/domain/words/duration.ts';
import { useNow } from '../kit/clock.ts';
import { hashOf } from '../session/route.ts';
import { RunLink } from '../session/run-link.tsx';
import { momentText } from '../text/moment.ts';
import { chosenDuration } from '../text/unit-text.ts';
import type { ListedProfile, SavedVersion } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

interface ProfileFactsProps {
  profile: ListedProfile;
  project: string;
}

/** What is saved, whether it lasts, and how that is found out. */
export function ProfileFacts({ profile, project }: ProfileFactsProps) {
  const words = profilesText.value;
  const { current, versions, login, check, maxAgeMs } = profile;
  const used = versions.find(({ version }) => version === current);
  return (
    <>
      {used ? <SavedLine saved={used} /> : <p>{words.notSaved}</p>}
      <dl class="card-facts">
        {used && <Saved saved={used} checkedAt={profile.checkedAt} />}
        {check && (
          <div>
            <dt>{words.check}</dt>
            <dd>
              <code>{check.url}</code>
            </dd>
            <dd>
              <code>{check.visible}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.login}</dt>
          <dd>
            {login ? (
              <a href={hashOf({ view: 'flow', project, name: login.flow })}>{login.flow}</a>
            ) : (
              words.noLogin
            )}
          </dd>
        </div>
        {maxAgeMs !== undefined && (
          <div>
            <dt>{words.maxAge}</dt>
            <dd>{chosenDuration(maxAgeMs)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

/** How long ago a login was saved, and by which run. */
export function SavedLine({ saved: { savedAt, runId } }: { saved: SavedVersion }) {
  return (
    <p>
      <time dateTime={savedAt} title={momentText(savedAt)}>
        {profilesText.value.saved(useAge(savedAt))}
      </time>{' '}
      <RunLink id={runId} />
    </p>
  );
}

function Saved({ saved, checkedAt }: { saved: SavedVersion; checkedAt: string | undefined }) {
  const words = profilesText.value;
  return (
    <>
      <div>
        <dt>{words.origins}</dt>
        {saved.origins.map((origin) => (
          <dd key={origin}>
            <code>{origin}</code>
          </dd>
        ))}
        <dd>{words.cookies(saved.cookies)}</dd>
      </div>
      <div>
        <dt>{words.checked}</dt>
        <dd>{checkedAt === undefined ? words.notChecked : <Ago at={checkedAt} />}</dd>
      </div>
    </>
  );
}

function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={momentText(at)}>
      {profilesText.value.ago(useAge(at))}
    </time>
  );
}

const useAge = (at: string): string => formatRoughAge(useNow(1_000) - Date.parse(at));
