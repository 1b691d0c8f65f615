import { setTimeout as delay } from 'node:timers/promises';
import {
  ApiError,
  type Client,
  GatewayError,
  isAnswerLost,
  isTooSoon,
  type NamedStartInput,
  retryAfterMs,
  type StartInput,
} from '#shared/api/client/index.ts';
import { ToolError } from '../tool.ts';

/** The pauses between the tries of a request whose answer may be lost, ms. */
const RETRY_AFTER_MS = [250, 1_000, 3_000];

interface StartedOnce {
  id: string;
  /** Another call with the same key had started it: this one only follows it. */
  isOthers: boolean;
}

/**
 * Starts one run; retried with the same key if the answer was lost, so that there are never two. No signal: a caller that
 * gives up has to know whether there is a run. @throws ApiError, or ToolError if that is unknown
 */
export async function startOnce(
  client: Client,
  flow: StartInput | NamedStartInput,
  idempotencyKey: string,
): Promise<StartedOnce> {
  let mayHaveStarted = false;
  const start = async () => {
    try {
      return await client.start(flow, { idempotencyKey });
    } catch (error) {
      mayHaveStarted ||= isAnswerLost(error);
      throw error;
    }
  };
  try {
    const { id, replayed } = await patiently(start);
    return { id, isOthers: replayed && !mayHaveStarted };
  } catch (error) {
    if (!mayPass(error) || (isTooSoon(error) && !mayHaveStarted)) throw error;
    throw new ToolError(
      `${error.message}. Whether the run was started is not known. Once the gateway answers again, call run_flow with ` +
        `the same arguments and "idempotencyKey": "${idempotencyKey}": that starts no second run.`,
    );
  }
}

/** Cancels a run whose call was given up. `why` are the client's words. @throws ApiError, GatewayError */
export async function cancelGivenUp(client: Client, id: string, why: string | undefined): Promise<void> {
  const reason = `its MCP call was cancelled${why === undefined ? '' : `: ${why}`}`;
  await patiently(() => client.cancel(id, { reason: storable(reason) }));
}

/** The reason in a form that the API accepts: it would refuse another one, and the cancel with it. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd').slice(0, 1_000).toWellFormed();

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (const ms of RETRY_AFTER_MS) {
    let pauseMs: number;
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error)) throw error;
      pauseMs = retryAfterMs(error, ms);
    }
    await delay(pauseMs);
  }
  return attempt();
}

/** The gateway or its database is out of reach or busy, or another request with the same key is about to be answered. */
const mayPass = (error: unknown): error is ApiError | GatewayError =>
  error instanceof ApiError
    ? error.status >= 500 || error.code === 'idempotency_in_flight' || isTooSoon(error)
    : error instanceof GatewayError && error.code !== 'invalid_option';
