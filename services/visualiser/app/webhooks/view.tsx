import { useState } from 'preact/hooks';
import { ApiError, type Webhook } from '#shared/api/client/index.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTitle } from '../kit/title.ts';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { usePolling } from '../session/polling.ts';
import { ProjectChoice } from '../session/project-choice.tsx';
import { projects, projectsRead, readProjects } from '../session/projects.ts';
import { text } from '../text/text.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookCard } from './webhook-card.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';
import { addWebhook, editWebhook, readWebhooks, removeWebhook, rotateWebhookSecret } from './webhooks.ts';

const LOOK_MS = 3_000;
const PROJECTS_MS = 60_000;

/** The webhooks of one project: that of the address, or else the user's first. */
export function WebhooksView({ project: named }: { project: string | undefined }) {
  const { webhooks: words } = text.value;
  useTitle(words.title);
  usePolling(readProjects, { everyMs: PROJECTS_MS, key: '' });
  const project = named ?? projects.value[0]?.id;
  return (
    <section class="webhooks page" aria-labelledby="webhooks-title">
      <header class="page-head">
        <h1 id="webhooks-title">{words.title}</h1>
        {project !== undefined && <ProjectChoice view="webhooks" chosen={project} />}
      </header>
      {project !== undefined && <OfProject key={project} project={project} />}
      {project === undefined &&
        (projectsRead.value ? <Empty title={words.noProject} /> : <Skeleton lines={4} />)}
    </section>
  );
}

type Asked =
  | { what: 'add' }
  | { what: 'change' | 'rotate' | 'remove'; webhook: Webhook }
  | { what: 'secret'; secret: string };

function OfProject({ project }: { project: string }) {
  const { webhooks: words } = text.value;
  const { found, refused, failed, lookAgain } = useWebhooks(project);
  const [asked, setAsked] = useState<Asked>();
  if (refused) return <Empty title={words.notOwner} />;
  if (!found) return failed ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  const add = (
    <button type="button" class="button primary" onClick={() => setAsked({ what: 'add' })}>
      <Icon name="plus" />
      {words.add}
    </button>
  );
  return (
    <>
      {found.length === 0 ? (
        <Empty title={words.none} lead={words.noneLead}>
          {add}
        </Empty>
      ) : (
        <>
          <p class="webhooks-lead">
            <span>{words.lead}</span>
            {add}
          </p>
          <ul class="webhook-list">
            {found.map((webhook) => (
              <WebhookCard
                key={webhook.id}
                {...{ webhook, project, onChange: lookAgain }}
                onEdit={() => setAsked({ what: 'change', webhook })}
                onRotate={() => setAsked({ what: 'rotate', webhook })}
                onRemove={() => setAsked({ what: 'remove', webhook })}
                onSecret={(secret) => setAsked({ what: 'secret', secret })}
              />
            ))}
          </ul>
        </>
      )}
      {asked && (
        <Dialogs
          {...{ asked, project }}
          onSecret={(secret) => {
            setAsked({ what: 'secret', secret });
            lookAgain();
          }}
          onClose={() => {
            // A dialog that gave way to another one says so afterwards.
            setAsked((current) => (current === asked ? undefined : current));
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
  onSecret(secret: string): void;
  onClose(): void;
}

function Dialogs({ asked, project, onSecret, onClose }: DialogsProps) {
  const { webhooks: words } = text.value;
  if (asked.what === 'add')
    return (
      <WebhookDialog
        work={async (fields) => onSecret((await addWebhook(project, fields)).secret)}
        onClose={onClose}
      />
    );
  if (asked.what === 'secret') return <SecretDialog secret={asked.secret} onClose={onClose} />;
  const { webhook } = asked;
  const place = { id: project, webhookId: webhook.id };
  if (asked.what === 'change')
    return (
      <WebhookDialog
        webhook={webhook}
        work={async (fields) => {
          await editWebhook(place, fields);
          onClose();
        }}
        onClose={onClose}
      />
    );
  if (asked.what === 'rotate')
    return (
      <ConfirmDialog
        words={words.rotateAsk}
        tone="primary"
        work={async () => onSecret((await rotateWebhookSecret(place)).secret)}
        onClose={onClose}
      />
    );
  return (
    <ConfirmDialog
      words={words.removeAsk}
      work={async () => {
        await removeWebhook(place);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

function useWebhooks(project: string) {
  const [looks, setLooks] = useState(0);
  const [found, setFound] = useState<Webhook[] | undefined>(undefined);
  const [trouble, setTrouble] = useState<'refused' | 'failed' | undefined>(undefined);
  usePolling(
    async (signal) => {
      setFound(await readWebhooks(project, signal));
      setTrouble(undefined);
    },
    {
      everyMs: LOOK_MS,
      key: looks,
      onError: (error) => setTrouble(error instanceof ApiError && error.status < 500 ? 'refused' : 'failed'),
    },
  );
  return {
    found,
    refused: trouble === 'refused',
    failed: trouble === 'failed',
    lookAgain: () => setLooks((before) => before + 1),
  };
}
