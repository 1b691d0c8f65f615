import type { Webhook } from '#shared/api/client/index.ts';
import { CardWay, CardWays, Folded } from '../kit/item-card.tsx';
import { useActing } from '../session/acting.ts';
import { usePolledList } from '../session/polled-list.ts';
import { momentText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { DeliveryRow } from './delivery-row.tsx';
import { failureText } from './webhook-failure.ts';
import { enableWebhook, readDeliveries, testWebhook, type WebhookPlace } from './webhooks.ts';
import { webhookWords } from './words.ts';

const BADGES: Record<Webhook['state'], string> = {
  enabled: 'badge-pass',
  failing: 'badge-cancelling',
  disabled: 'badge-fail',
};

export interface WebhookCardProps {
  webhook: Webhook;
  project: string;
  onEdit(): void;
  onRotate(): void;
  onRemove(): void;
  /** It has a new secret, which is shown only now. */
  onSecret(secret: string): void;
  /** Something about it is different now. */
  onChange(): void;
}

/** A webhook, its state, its actions, and its deliveries. */
export function WebhookCard({ webhook, project, ...on }: WebhookCardProps) {
  const words = webhookWords.value;
  const { id, url, description, events, filter, maker, state, disabled, retryAt } = webhook;
  const { lastError, lastErrorCode: errorCode, lastStatus: status } = webhook;
  const place = { id: project, webhookId: id };
  const { problem, act } = useActing(on.onChange);
  const isEnabled = state !== 'disabled';
  async function toggle(): Promise<void> {
    const { secret } = await enableWebhook(place, !isEnabled);
    if (secret !== undefined) on.onSecret(secret);
  }
  return (
    <li class="card item-card webhook">
      <header>
        <h2 title={url}>{url ?? words.read}</h2>
        <span class={`badge ${BADGES[state]}`}>{words.states[state]}</span>
      </header>
      {description !== '' && <p class="clip">{description}</p>}
      <p class="soft clip">{words.maker(maker)}</p>
      <p class="webhook-events">
        {events.map((name) => (
          <code key={name} class="tag">
            {name}
          </code>
        ))}
      </p>
      {filter && <p class="soft clip">{words.onlyOf(filter)}</p>}
      {disabled && <p class="note is-warning">{words.why[disabled.why]}</p>}
      {lastError !== undefined && (
        <p class="is-error clip" title={lastError}>
          {words.lastFailed(failureText({ error: lastError, errorCode, status }))}
        </p>
      )}
      {retryAt !== undefined && <p class="soft">{words.next(momentText(retryAt))}</p>}
      <CardWays problem={problem}>
        {isEnabled && <CardWay text={words.test} onClick={() => void act(() => testWebhook(place))} />}
        <CardWay text={words.change} onClick={on.onEdit} />
        <CardWay text={words.rotate} onClick={on.onRotate} />
        <CardWay text={isEnabled ? words.disable : words.enable} onClick={() => void act(toggle)} />
        <CardWay text={words.remove} tone="danger" onClick={on.onRemove} />
      </CardWays>
      <Folded class="deliveries" title={words.deliveries}>
        {() => <DeliveryList place={place} />}
      </Folded>
    </li>
  );
}

const LOOK_MS = 2_000;
const SIZES = { first: 20, more: 50, most: 200 };

function DeliveryList({ place }: { place: WebhookPlace }) {
  const words = webhookWords.value;
  const { app } = text.value;
  const { found, error, hasMore, showMore, lookAgain } = usePolledList(
    (limit, signal) => readDeliveries(place, limit, signal),
    { everyMs: LOOK_MS, sizes: SIZES, key: `deliveries ${place.webhookId}` },
  );
  if (!found) return error ? <p class="is-error">{app.lost}</p> : null;
  if (found.length === 0) return <p class="soft">{words.noDeliveries}</p>;
  return (
    <>
      <ul aria-label={words.deliveries}>
        {found.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} place={place} onResent={lookAgain} />
        ))}
      </ul>
      {hasMore && (
        <button type="button" class="button compact" onClick={showMore}>
          {words.more}
        </button>
      )}
    </>
  );
}
