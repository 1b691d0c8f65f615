import { useState } from 'preact/hooks';
import type { Webhook } from '#shared/api/client/index.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { isNotForUser, usePolledList } from '../session/polled-list.ts';
import { ProjectPage } from '../session/project-page.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookCard } from './webhook-card.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';
import { addWebhook, editWebhook, readWebhooks, removeWebhook, rotateWebhookSecret } from './webhooks.ts';
import { webhookWords } from './words.ts';

const LOOK_MS = 3_000;

/** The webhooks of one project: that of the address, or else the user's first. */
export function WebhooksView({ project }: { project: string | undefined }) {
  return (
    <ProjectPage view="webhooks" project={project} words={webhookWords.value}>
      {(id) => <OfProject key={id} project={id} />}
    </ProjectPage>
  );
}

type Asked =
  | { what: 'add' }
  | { what: 'change' | 'rotate' | 'remove'; webhook: Webhook }
  | { what: 'secret'; secret: string };

function OfProject({ project }: { project: string }) {
  const words = webhookWords.value;
  const { found, error, lookAgain } = usePolledList((_, signal) => readWebhooks(project, signal), {
    everyMs: LOOK_MS,
    key: `webhooks ${project}`,
  });
  const [asked, setAsked] = useState<Asked>();
  if (isNotForUser(error)) return <Empty title={words.notOwner} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
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
  const words = webhookWords.value;
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
