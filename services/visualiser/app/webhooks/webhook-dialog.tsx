import type { Webhook } from '#shared/api/client/index.ts';
import { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import { LONGEST, WEBHOOK_LIMITS } from '#shared/api/limits.ts';
import { FormDialog } from '../kit/form-dialog.tsx';
import { problemText } from '../session/problem-text.ts';
import { useSending } from '../session/sending.ts';
import type { WebhookFields } from './webhooks.ts';
import { webhookWords } from './words.ts';

export interface WebhookDialogProps {
  /** One that is changed; undefined: a new one. */
  webhook?: Webhook | undefined;
  work(fields: WebhookFields): Promise<void>;
  onClose(): void;
}

/** Asks for a URL, its events, and the filter of its runs. */
export function WebhookDialog({ webhook, work, onClose }: WebhookDialogProps) {
  const { form: words } = webhookWords.value;
  const { busy, problem, send } = useSending(problemText);

  function submit(form: HTMLFormElement): void {
    const fields = fieldsOf(new FormData(form));
    // What is sent on elsewhere begins anew, and only a URL that is new may be refused.
    const isSame = fields.url === (webhook?.url ?? '');
    void send(() => work(webhook && isSame ? { ...fields, url: undefined } : fields));
  }
  return (
    <FormDialog
      title={webhook ? words.changeTitle : words.title}
      words={webhook ? { ...words, ...words.change } : words}
      {...{ busy, problem, onClose }}
      onSubmit={submit}
    >
      {(!webhook || webhook.url !== undefined) && (
        <label class="field">
          <span>{words.url}</span>
          <input
            type="url"
            name="url"
            required
            autofocus
            maxLength={WEBHOOK_LIMITS.url}
            placeholder="https://"
            defaultValue={webhook?.url ?? ''}
          />
        </label>
      )}
      <label class="field">
        <span>{words.description}</span>
        <input
          type="text"
          name="description"
          maxLength={WEBHOOK_LIMITS.description}
          defaultValue={webhook?.description ?? ''}
        />
      </label>
      <EventChoices chosen={webhook?.events} />
      <FilterFields filter={webhook?.filter} />
    </FormDialog>
  );
}

function EventChoices({ chosen }: { chosen: Webhook['events'] | undefined }) {
  const { form: words, events } = webhookWords.value;
  return (
    <fieldset class="event-choices">
      <legend>{words.events}</legend>
      {WEBHOOK_EVENTS.map((name) => (
        <label key={name}>
          <input type="checkbox" name="events" value={name} defaultChecked={chosen?.includes(name) ?? true} />
          <span>
            <code>{name}</code>
            <span class="hint">{events[name]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function FilterFields({ filter: { name, labels = [] } = {} }: Pick<Webhook, 'filter'>) {
  const { form: words } = webhookWords.value;
  return (
    <fieldset>
      <legend>{words.runs}</legend>
      <label class="field">
        <span>{words.runName}</span>
        <input type="text" name="run-name" maxLength={LONGEST.name} defaultValue={name ?? ''} />
      </label>
      <label class="field">
        <span>{words.runLabels}</span>
        <textarea name="run-labels" rows={2} defaultValue={labels.join('\n')} />
      </label>
    </fieldset>
  );
}

function fieldsOf(form: FormData): WebhookFields {
  const given = (name: string) => String(form.get(name) ?? '').trim();
  const labels = given('run-labels')
    .split('\n')
    .map((label) => label.trim())
    .filter(Boolean);
  return {
    url: given('url'),
    description: given('description'),
    events: WEBHOOK_EVENTS.filter((name) => form.getAll('events').includes(name)),
    filter: { name: given('run-name'), labels },
  };
}
