import { CardPage } from '../session/card-page.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { SecretCard } from './secret-card.tsx';
import { StoreSecretDialog } from './store-secret-dialog.tsx';
import { type ListedSecret, MOST_SECRETS, readSecrets, removeSecret } from './vault.ts';
import { vaultText } from './vault-text.ts';

const SIZES = { first: 100, more: MOST_SECRETS, most: MOST_SECRETS };

type Asked = { what: 'add' } | { what: 'replace' | 'remove'; secret: ListedSecret };

/** The vault of one project: that of the address, or else of the user's first. */
export function VaultView({ project }: { project: string | undefined }) {
  return (
    <CardPage<ListedSecret, Asked>
      view="vault"
      project={project}
      words={vaultText.value}
      read={readSecrets}
      sizes={SIZES}
      mayChange={(role) => role === 'owner'}
      adding={{ what: 'add' }}
      renderCard={(secret, { project, mayChange, ask }) => (
        <SecretCard
          key={secret.name}
          {...{ secret, project, isOwn: mayChange }}
          onReplace={() => ask({ what: 'replace', secret })}
          onRemove={() => ask({ what: 'remove', secret })}
        />
      )}
      renderDialog={(asked, { project }, onClose) => <Dialogs {...{ asked, project, onClose }} />}
    />
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
