import { useState } from 'preact/hooks';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { isNotForUser, isNoVault, usePolledList } from '../session/polled-list.ts';
import { problemText } from '../session/problem-text.ts';
import { ProjectPage } from '../session/project-page.tsx';
import { projects } from '../session/projects.ts';
import { SecretCard } from './secret-card.tsx';
import { StoreSecretDialog } from './store-secret-dialog.tsx';
import { type ListedSecret, MOST_SECRETS, readSecrets, removeSecret } from './vault.ts';
import { vaultText } from './vault-text.ts';

const LOOK_MS = 3_000;
const SIZES = { first: 100, more: MOST_SECRETS, most: MOST_SECRETS };

/** The vault of one project: that of the address, or else of the user's first. */
export function VaultView({ project }: { project: string | undefined }) {
  return (
    <ProjectPage view="vault" project={project} words={vaultText.value}>
      {(id) => <OfProject key={id} project={id} />}
    </ProjectPage>
  );
}

type Asked = { what: 'add' } | { what: 'replace' | 'remove'; secret: ListedSecret };

function OfProject({ project }: { project: string }) {
  const words = vaultText.value;
  const { found, error, hasMore, lookAgain, showMore } = usePolledList(
    (limit, signal) => readSecrets(project, limit, signal),
    { everyMs: LOOK_MS, sizes: SIZES, key: `vault ${project}` },
  );
  const [asked, setAsked] = useState<Asked>();
  const isOwn = projects.value.some(({ id, role }) => id === project && role === 'owner');
  if (isNoVault(error)) return <Empty title={problemText(error)} />;
  if (isNotForUser(error)) return <Empty title={words.notAllowed} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  const close = () => {
    setAsked(undefined);
    lookAgain();
  };
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
          <p class="vault-lead">
            <span>
              {words.lead} {!isOwn && words.listOnly}
            </span>
            {add}
          </p>
          <ul class="secret-list">
            {found.map((secret) => (
              <SecretCard
                key={secret.name}
                {...{ secret, project, isOwn }}
                onReplace={() => setAsked({ what: 'replace', secret })}
                onRemove={() => setAsked({ what: 'remove', secret })}
              />
            ))}
          </ul>
          {hasMore && (
            <button type="button" class="button" onClick={showMore}>
              {words.more}
            </button>
          )}
        </>
      )}
      {asked && <Dialogs asked={asked} project={project} onClose={close} />}
    </>
  );
}

interface DialogsProps {
  asked: Asked;
  project: string;
  onClose(): void;
}

function Dialogs({ asked, project, onClose }: DialogsProps) {
  const { form, removeAsk } = vaultText.value;
  if (asked.what === 'add')
    return (
      <StoreSecretDialog
        project={project}
        words={{ title: form.title }}
        onStored={onClose}
        onClose={onClose}
      />
    );
  const { secret } = asked;
  const { name } = secret;
  if (asked.what === 'replace')
    return (
      <StoreSecretDialog
        project={project}
        words={{ title: form.replaceTitle(name), lead: form.replaceLead }}
        secret={secret}
        onStored={onClose}
        onClose={onClose}
      />
    );
  return (
    <ConfirmDialog
      words={{ ...removeAsk, title: removeAsk.title(name) }}
      work={async () => {
        await removeSecret({ id: project, name });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
