import type { EntityManager } from '@mikro-orm/postgresql';
import type { UserRole } from '#shared/api/contract/accounts/roles.ts';
import { numbered } from '../named.ts';
import { parseTimestamp, type Statements, type Values } from '../sql.ts';
import { type Acting, ENDED_TOKENS, holdsCredential } from './acting.ts';

/**
 * Locks the user, so that counts of what it has hold until the end of the transaction. Undefined if the user, or the key,
 * session or token by which it acts, is gone. Rows that refer to its id (runs, members) are stored without waiting.
 */
export async function lockActing(em: EntityManager, by: Acting): Promise<{ role: UserRole } | undefined> {
  const inner = statementsIn(em);
  const user = await inner.row<LockedUser>(LOCK_USER, { userId: by.userId });
  if (!user) return undefined;
  const { tokenEpoch, tokensEndedAt } = user;
  const ended = { tokenEpoch, tokensEndedAt: tokensEndedAt === null ? null : parseTimestamp(tokensEndedAt) };
  return (await holdsCredential(inner, by, ended)) ? user : undefined;
}

interface LockedUser {
  role: UserRole;
  tokenEpoch: number;
  /** The ORM leaves times as texts. */
  tokensEndedAt: string | null;
}

const LOCK_USER = `select role, ${ENDED_TOKENS} from users where id = :userId and deleted_at is null for no key update`;

/** Statements of its transaction. The ORM has question marks for values, each for one of its own. */
function statementsIn(em: EntityManager): Statements {
  async function rows<Row>(named: string, given: Values = []): Promise<Row[]> {
    const { text, values } = numbered(named, given);
    const used: unknown[] = [];
    const asked = text.replaceAll(/\$(\d+)/g, (_, number: string) => {
      used.push(values[Number(number) - 1]);
      return '?';
    });
    return em.execute<Row[]>(asked, used);
  }
  return { rows, row: async <Row>(text: string, values?: Values) => (await rows<Row>(text, values))[0] };
}
