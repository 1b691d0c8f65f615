import type { Webhook } from '#shared/api/client/index.ts';
import { CardPage } from '../session/card-page.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookCard } from './webhook-card.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';
import { addWebhook, editWebhook, readWebhooks, removeWebhook, rotateWebhookSecret } from './webhooks.ts';
import { webhookWords } from './words.ts';

type Asked =
  | { what: 'add' }
  | { what: 'change' | 'rotate' | 'remove'; webhook: Webhook }
  | { what: 'secret'; secret: string };

/** The webhooks of one project: that of the address, or else the user's first. */
export function WebhooksView({ project }: { project: string | undefined }) {
  return (
    <CardPage<Webhook, Asked>
      view="webhooks"
      project={project}
      words={webhookWords.value}
      read={(id, _, signal) => readWebhooks(id, signal)}
      // Others do not even see them.
      mayChange={() => true}
      adding={{ what: 'add' }}
      renderCard={(webhook, { project, ask, lookAgain }) => (
        <WebhookCard
          key={webhook.id}
          {...{ webhook, project, onChange: lookAgain }}
          onEdit={() => ask({ what: 'change', webhook })}
          onRotate={() => ask({ what: 'rotate', webhook })}
          onRemove={() => ask({ what: 'remove', webhook })}
          onSecret={(secret) => ask({ what: 'secret', secret })}
        />
      )}
      renderDialog={(asked, { project, ask, lookAgain }, onClose) => (
        <Dialogs
          {...{ asked, project, onClose }}
          onSecret={(secret) => {
            ask({ what: 'secret', secret });
            lookAgain();
          }}
        />
      )}
    />
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
