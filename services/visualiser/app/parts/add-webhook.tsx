import { WEBHOOK_EVENTS } from '#shared/contract/webhook-events.ts';
import { useSending } from '../state/sending.ts';
import { addWebhook, problemOf, type WebhookWithSecret } from '../state/webhooks.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { DialogActions } from './dialog-actions.tsx';
import { Problem } from './problem.tsx';

export interface AddWebhookProps {
  project: string;
  onAdded(webhook: WebhookWithSecret): void;
  onClose(): void;
}

/** Asks for a URL and what it is to be told. */
export function AddWebhookDialog({ project, onAdded, onClose }: AddWebhookProps) {
  const { webhooks } = text.value;
  const words = webhooks.form;
  const { busy, problem, send } = useSending(problemOf);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const url = String(fields.get('url') ?? '').trim();
    const description = String(fields.get('description') ?? '');
    const events = WEBHOOK_EVENTS.filter((name) => fields.getAll('events').includes(name));
    void send(async () => onAdded(await addWebhook(project, { url, description, events })));
  }
  return (
    <Dialog labelledBy="webhook-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="webhook-title">{words.title}</h2>
        <label class="field">
          <span>{words.url}</span>
          <input type="url" name="url" required autofocus maxLength={2_048} placeholder="https://" />
        </label>
        <label class="field">
          <span>{words.description}</span>
          <input type="text" name="description" maxLength={200} />
        </label>
        <fieldset class="event-choices">
          <legend>{words.events}</legend>
          {WEBHOOK_EVENTS.map((name) => (
            <label key={name}>
              <input type="checkbox" name="events" value={name} defaultChecked />
              <span>
                <code>{name}</code>
                <span class="hint">{webhooks.events[name]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Problem text={problem} />
        <DialogActions words={words} busy={busy} tone="primary" onKeep={onClose} />
      </form>
    </Dialog>
  );
}
