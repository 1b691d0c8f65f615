/* Whether the gateway can be reached. Owns one signal, set by every request that the application makes. */
import { signal } from '@preact/signals';

export const reachable = signal(true);

/** Statuses of whatever stands before a gateway that is away, or of one without a database. */
const AWAY = new Set([502, 503, 504]);

export const markLost = (): void => {
  reachable.value = false;
};

/** A fetch that takes note of what became of it. */
export async function noticingFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  try {
    const response = await fetch(input, init);
    reachable.value = !AWAY.has(response.status);
    return response;
  } catch (error) {
    if (!isGivenUp(init?.signal)) reachable.value = false;
    throw error;
  }
}

/** The caller cancelled the request; a timeout does not count as that. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && (signal.reason as Error | undefined)?.name !== 'TimeoutError';
