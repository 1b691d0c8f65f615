import type { Msg, NatsConnection } from 'nats';

export interface BusSubscription {
  ready: Promise<void>;
  stop(): void;
}

/** Subscribes as soon as there is a connection. `onMessage` does not throw. */
export function openSubscription(
  opening: Promise<NatsConnection>,
  subject: string,
  onMessage: (message: Msg) => void,
  queue?: string,
): BusSubscription {
  const stopping = new AbortController();
  const ready = opening.then(async (opened) => {
    if (stopping.signal.aborted) return;
    const subscription = opened.subscribe(subject, queue ? { queue } : {});
    stopping.signal.addEventListener('abort', () => subscription.unsubscribe());
    void take(subscription, onMessage);
    await opened.flush();
  });
  ready.catch(() => undefined); // a caller that needs it awaits `ready`
  return { ready, stop: () => stopping.abort() };
}

async function take(messages: AsyncIterable<Msg>, onMessage: (message: Msg) => void): Promise<void> {
  for await (const message of messages) onMessage(message);
}
