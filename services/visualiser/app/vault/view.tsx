import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTitle } from '../kit/title.ts';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { usePolling } from '../session/polling.ts';
import { problemText } from '../session/problem-text.ts';
import { ProjectChoice } from '../session/project-choice.tsx';
import { projects, projectsRead, readProjects } from '../session/projects.ts';
import { SecretCard } from './secret-card.tsx';
import { StoreSecretDialog } from './store-secret-dialog.tsx';
import { type ListedSecret, MOST_SECRETS, readSecrets, removeSecret } from './vault.ts';
import { vaultText } from './vault-text.ts';

const LOOK_MS = 3_000;
const PROJECTS_MS = 60_000;
const FIRST = 100;

/** The vault of one project: that of the address, or else of the user's first. */
export function VaultView({ project: named }: { project: string | undefined }) {
  const words = vaultText.value;
  useTitle(words.title);
  usePolling(readProjects, { everyMs: PROJECTS_MS, key: '' });
  const project = named ?? projects.value[0]?.id;
  return (
    <section class="vault page" aria-labelledby="vault-title">
      <header class="page-head">
        <h1 id="vault-title">{words.title}</h1>
        {project !== undefined && <ProjectChoice view="vault" chosen={project} />}
      </header>
      {project !== undefined && <OfProject key={project} project={project} />}
      {project === undefined &&
        (projectsRead.value ? <Empty title={words.noProject} /> : <Skeleton lines={4} />)}
    </section>
  );
}

type Asked = { what: 'add' } | { what: 'replace' | 'remove'; secret: ListedSecret };

function OfProject({ project }: { project: string }) {
  const words = vaultText.value;
  const { found, limit, trouble, lookAgain, showMore } = useSecrets(project);
  const [asked, setAsked] = useState<Asked>();
  const isOwn = projects.value.some(({ id, role }) => id === project && role === 'owner');
  const { refused } = trouble ?? {};
  if (refused !== undefined) return <Empty title={refused} />;
  if (!found) return trouble ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
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
          {found.length === limit && limit < MOST_SECRETS && (
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

/** Why there is no list: what the gateway says of that, or nothing if it is out of reach. */
interface Trouble {
  refused?: string;
}

function useSecrets(project: string) {
  const { notAllowed } = vaultText.value;
  const [looks, setLooks] = useState(0);
  const [limit, setLimit] = useState(FIRST);
  const [found, setFound] = useState<ListedSecret[] | undefined>(undefined);
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined);
  usePolling(
    async (signal) => {
      setFound(await readSecrets(project, limit, signal));
      setTrouble(undefined);
    },
    {
      everyMs: LOOK_MS,
      key: `${looks} ${limit}`,
      onError: (error) => setTrouble(troubleOf(error, notAllowed)),
    },
  );
  return {
    found,
    limit,
    trouble,
    lookAgain: () => setLooks((before) => before + 1),
    showMore: () => setLimit(MOST_SECRETS),
  };
}

function troubleOf(error: unknown, notAllowed: string): Trouble {
  if (!(error instanceof ApiError)) return {};
  if (error.code === 'no_vault') return { refused: problemText(error) };
  return error.status < 500 ? { refused: notAllowed } : {};
}
