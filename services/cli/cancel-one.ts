import {
  ApiError,
  type CancelFound,
  type CancelMode,
  type Client,
  findCancel,
  isAnswerLost,
  type Receipt,
} from '#shared/api/client/index.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { createTurns } from '#shared/platform/async/turns.ts';
import type { CommandContext } from './command.ts';
import { errorText } from './error-text.ts';
import { EXIT } from './exit.ts';
import { outageLines } from './gateway/outages.ts';
import { localTime } from './view/local-time.ts';
import { plainJson, plainText } from './view/plain-text.ts';

interface HowToCancel {
  reason: string | undefined;
  mode: CancelMode;
  json: boolean;
}

type Printer = Pick<CommandContext, 'out' | 'err' | 'outClosed'>;

/**
 * Cancels one run. If the answer is lost it says so, looks for the cancel and says what is. Resolves to the exit code.
 *
 * @throws ApiError, GatewayError
 */
export async function cancelOne(
  client: Client,
  id: string,
  { reason, mode, json }: HowToCancel,
  { out, err, outClosed: signal }: Printer,
): Promise<number> {
  try {
    const answer = await client.cancel(id, { reason, mode, signal });
    if (json) out(plainJson(answer));
    else
      out(
        answer.status === 'cancelled'
          ? `cancelled ${answer.id}: ${englishWords.losses.runner}`
          : `cancelling ${answer.id}`,
      );
    return EXIT.done;
  } catch (error) {
    if (!isAnswerLost(error)) throw error;
    err(`${errorText(error)}: the cancel is perhaps recorded; looking`);
    for (const line of await outageLines(error, client.url, signal)) err(line);
  }
  const found = await lookFor(client, id, mode, { err, signal });
  if (json && found) out(plainJson(resultOf(found)));
  for (const line of found && !json ? foundLines(found) : []) out(line);
  return found?.found === 'recorded' ? EXIT.done : found ? EXIT.refused : EXIT.unavailable;
}

const LOOKS_AT_ONCE = 8;

/** The same for several runs, after a cancel of theirs whose answer was lost. A run that had ended is no failure. */
export async function lookForAll(
  client: Client,
  ids: readonly string[],
  { mode, json }: Pick<HowToCancel, 'mode' | 'json'>,
  { out, err, outClosed: signal }: Printer,
): Promise<number> {
  const turns = createTurns(LOOKS_AT_ONCE);
  const looked = await Promise.all(
    ids.map((id) => turns.take(async () => missing(id, lookFor(client, id, mode, { err, signal }), err))),
  );
  const found = looked.filter((one) => typeof one === 'object');
  if (json) out(plainJson(found.map(resultOf)));
  else for (const line of found.flatMap(foundLines)) out(line);
  if (looked.includes(undefined)) return EXIT.unavailable;
  return looked.every((one) => one !== 'absent' && one?.found !== 'nothing') ? EXIT.done : EXIT.refused;
}

/** Reports a run that is not there; the others are still handled. */
async function missing(
  id: string,
  look: Promise<CancelFound | undefined>,
  err: Printer['err'],
): Promise<CancelFound | 'absent' | undefined> {
  try {
    return await look;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    err(`${plainText(id)}: ${errorText(error)}`);
    return 'absent';
  }
}

/** What is stored of the cancel; undefined, after saying so, while the gateway cannot be reached. */
async function lookFor(
  client: Client,
  id: string,
  mode: CancelMode,
  { err, signal }: Pick<Printer, 'err'> & { signal: AbortSignal },
): Promise<CancelFound | undefined> {
  try {
    return await findCancel(client, id, { mode, signal });
  } catch (error) {
    if (!isAnswerLost(error)) throw error;
    err(`${errorText(error)}: whether the cancel is recorded is not known; it is safe to try again`);
    return undefined;
  }
}

function resultOf({ found, run: { id, status, outcome } }: CancelFound) {
  return { ok: found === 'recorded', id, recorded: found === 'recorded', status: outcome ?? status };
}

function foundLines(found: CancelFound): string[] {
  const { id, status, outcome } = found.run;
  if (found.found === 'nothing') return [`not recorded: run ${id} goes on; it is safe to try again`];
  if (found.found === 'ended') return [`not recorded: run ${id} had ended already (${outcome ?? status})`];
  const recorded = `the cancel ${askedText(found.requested)} is recorded`;
  return [`${outcome === undefined ? 'cancelling' : outcome} ${id}: ${recorded}`];
}

const askedText = ({ user, source, at }: Receipt['requested']): string =>
  `by ${user ? plainText(user.email ?? user.id) : source} at ${localTime(Date.parse(at))}`;
