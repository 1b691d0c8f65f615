/*
 * What a gateway says that it cannot reach, in words. Owns no state; nothing depends on it, so that it says nothing rather
 * than fail.
 */
import { ApiError } from '#shared/api/client/index.ts';
import type { Outage } from '#shared/api/contract/errors/outages.ts';
import { OUTAGE_TEXT } from '#shared/domain/words/outage-text.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../view/local-time.ts';
import { locateGateway } from './locate.ts';

/** A gateway answers this from memory, but it may be busy. */
const ANSWERS_WITHIN_MS = 3_000;

type Server = keyof typeof OUTAGE_TEXT;

const isKnown = (outage: Outage): outage is Outage & { name: Server } =>
  Object.hasOwn(OUTAGE_TEXT, outage.name);

/** One sentence a line, by what is out of reach; undefined if the gateway at `url` does not say. */
export async function readOutages(
  url: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<Server, string[]> | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
  try {
    const answer = await fetch(`${url}/ready`, { redirect: 'error', signal: limit });
    const { outages = [] } = (await answer.json()) as { outages?: Outage[] };
    return new Map(outages.filter(isKnown).map((outage) => [outage.name, linesOf(outage)]));
  } catch {
    return undefined;
  }
}

function linesOf(outage: Outage & { name: Server }): string[] {
  const sentences = meanwhileText(outage).split(/(?<=[.]) /);
  return [OUTAGE_TEXT[outage.name].since(clock(outage.since)), ...sentences];
}

function meanwhileText({ name, runsGoOnUntil }: Outage & { name: Server }): string {
  if (name !== 'database') return OUTAGE_TEXT[name].meanwhile();
  const { meanwhile, past, stands } = OUTAGE_TEXT.database;
  if (runsGoOnUntil === undefined) return stands;
  return (Date.parse(runsGoOnUntil) > Date.now() ? meanwhile : past)(clock(runsGoOnUntil));
}

const clock = (time: string): string => localTime(Date.parse(time));

/** The lines about the outage that made the gateway at `url` answer with this error; empty for another cause. */
export async function outageLines(error: unknown, url: string, signal: AbortSignal): Promise<string[]> {
  return isBecauseOfOutage(error) ? ((await readOutages(url, signal))?.get('database') ?? []) : [];
}

/** The same, where the gateway has to be found again. */
export async function outageBehind(
  error: unknown,
  { env, cwd, outClosed }: Pick<CommandContext, 'env' | 'cwd' | 'outClosed'>,
): Promise<string[]> {
  return isBecauseOfOutage(error) ? outageLines(error, (await locateGateway(env, cwd)).url, outClosed) : [];
}

const isBecauseOfOutage = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'database_unavailable';
