import { CopyButton } from '../kit/copy-button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { webhookWords } from './words.ts';

/** Shows the secret of a webhook, which is shown only now. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose(): void }) {
  const { secret: words } = webhookWords.value;
  return (
    <Dialog labelledBy="secret-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="secret-title">{words.title}</h2>
        <p>{words.lead}</p>
        <p class="secret">
          <code>{secret}</code>
          <CopyButton value={() => secret} label={words.copy} />
        </p>
        <div class="dialog-actions">
          <button type="submit" class="button primary">
            {words.done}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
