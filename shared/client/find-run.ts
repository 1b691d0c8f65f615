import { shortId } from '#shared/run/short-id.ts';
import type { Client } from './client.ts';
import type { SignalOption } from './transport.ts';

/** No run, or several, have this short id. */
export class ShortIdError extends Error {
  override readonly name = 'ShortIdError';
  readonly code = 'short_id';
}

/** A short id is looked for among this many runs, the newest that the caller may see. */
const NEWEST = 2_000;
const PAGE_SIZE = 500;

/**
 * The id of the run that a person names by its short id, as lists show it; any other text is returned as it is.
 * @throws ShortIdError, ApiError, GatewayError, or the signal's reason
 */
export async function findRun(client: Client, named: string, options: SignalOption): Promise<string> {
  const wanted = named.toLowerCase();
  if (!/^[0-9a-f]{8}$/.test(wanted)) return named;
  const found: string[] = [];
  let seen = 0;
  for await (const page of client.list({ pageSize: PAGE_SIZE }, options).pages()) {
    found.push(...page.map(({ id }) => id).filter((id) => shortId(id) === wanted));
    seen += page.length;
    if (seen >= NEWEST) break;
  }
  const [id, other] = found;
  if (id === undefined)
    throw new ShortIdError(
      `none of the newest ${NEWEST} runs that you may see is ${named}: use its whole id`,
    );
  if (other !== undefined) throw new ShortIdError(`several runs are ${named}: use the whole id, e.g. ${id}`);
  return id;
}
