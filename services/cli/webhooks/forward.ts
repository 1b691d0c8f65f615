import type { WebhookMessage } from '#shared/api/client/index.ts';
import { signedHeaders } from '#shared/api/webhooks/sign.ts';

const WITHIN_MS = 15_000;

/** What is passed on, and where: a receiver that is being written, such as `http://localhost:3000/hook`. */
export interface Forwarding {
  url: string;
  /** The secret of the webhook that listens; messages passed on are signed with it, as the service would. */
  secret: string;
  signal: AbortSignal;
}

/** Passes a message on, once. Resolves to how that was answered, in a few words. */
export async function forward(
  { messageId, message }: { messageId: string; message: WebhookMessage },
  { url, secret, signal }: Forwarding,
): Promise<string> {
  const body = JSON.stringify(message);
  const headers = {
    'Content-Type': 'application/json',
    ...signedHeaders({ id: messageId, body, secrets: [secret], at: new Date() }),
  };
  const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: within });
    await answer.body?.cancel();
    return String(answer.status);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}
