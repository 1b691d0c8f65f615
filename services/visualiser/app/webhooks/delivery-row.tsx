import type { Delivery } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { Icon, type IconName } from '../kit/icon.tsx';
import { useActing } from '../session/acting.ts';
import { momentText } from '../text/moment.ts';
import { failureText } from './webhook-failure.ts';
import { resendDelivery, type WebhookPlace } from './webhooks.ts';
import { webhookWords } from './words.ts';

const LOOKS: Record<Delivery['state'], { badge: string; icon: IconName }> = {
  pending: { badge: 'badge-cancelling', icon: 'clock' },
  delivered: { badge: 'badge-pass', icon: 'check' },
  failed: { badge: 'badge-fail', icon: 'cross' },
};

export interface DeliveryRowProps {
  delivery: Delivery;
  place: WebhookPlace;
  /** It was sent again. */
  onResent(): void;
}

/** One message to a webhook: how far it is; opened, what it says and how each attempt went. */
export function DeliveryRow({ delivery, place, onResent }: DeliveryRowProps) {
  const words = webhookWords.value;
  const { id, type, runId, state, at, log } = delivery;
  const { badge, icon } = LOOKS[state];
  const last = log.at(-1);
  return (
    <li class="delivery">
      <details>
        <summary>
          <span class={`badge ${badge}`}>
            <Icon name={icon} size={13} />
            {words.deliveryStates[state]}
          </span>
          <code>{type}</code>
          <time dateTime={at}>{momentText(at)}</time>
          {last?.error !== undefined && <span class="is-error clip">{failureText(last)}</span>}
        </summary>
        <Details delivery={delivery} />
      </details>
      <span class="delivery-ways">
        {runId !== undefined && <a href={`#/runs/${runId}`}>{runId.slice(0, 8)}</a>}
        <Resend place={place} deliveryId={id} onResent={onResent} />
      </span>
    </li>
  );
}

function Resend({
  place,
  deliveryId,
  onResent,
}: {
  place: WebhookPlace;
  deliveryId: string;
  onResent(): void;
}) {
  const words = webhookWords.value;
  const { problem, act } = useActing(onResent);
  return (
    <>
      <button
        type="button"
        class="button compact"
        onClick={() => void act(() => resendDelivery(place, deliveryId))}
      >
        <Icon name="again" size={13} />
        {words.resend}
      </button>
      {problem !== '' && (
        <span class="is-error" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

function Details({ delivery: { message, log, nextAttemptAt, messageId } }: { delivery: Delivery }) {
  const words = webhookWords.value;
  return (
    <div class="delivery-details">
      <p class="soft">
        webhook-id: <code>{messageId}</code>
      </p>
      {log.length > 0 && (
        <ol class="attempts" aria-label={words.attempts}>
          {log.map(({ at, ms, status, error, errorCode, response }) => (
            <li key={at}>
              <time dateTime={at}>{momentText(at)}</time>{' '}
              <span class={error === undefined ? 'fine-text' : 'is-error'} title={error}>
                {error === undefined ? status : failureText({ error, errorCode, status })}
              </span>{' '}
              <span class="soft">{formatDuration(ms)}</span>
              {response !== undefined && response !== '' && <code class="clip">{response}</code>}
            </li>
          ))}
        </ol>
      )}
      {nextAttemptAt !== undefined && <p class="soft">{words.next(momentText(nextAttemptAt))}</p>}
      <pre>
        <code>{JSON.stringify(message, null, 2)}</code>
      </pre>
    </div>
  );
}
