import { findUser } from '#shared/adapters/database/accounts/actors.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import { RequestError } from '../http/errors.ts';
import { startableProject } from './find-project.ts';
import type { Actor } from './policy.ts';

/** Who has asked for runs that start later, and the scopes of the key that it was asked with; null: all. */
interface AskedBefore {
  userId: string;
  scopes: string[] | null;
  projectId: string;
}

/** Its user may not start runs there any more; the message says why. */
export class RightsGone extends Error {}

/** The user as that is now, with no more rights than it was asked with. @throws RightsGone */
export async function actorOf(sql: Sql, { userId, scopes, projectId }: AskedBefore): Promise<Actor> {
  const user = await findUser(sql, userId);
  if (!user) throw new RightsGone('its maker was deleted');
  const { email, role } = user;
  const actor: Actor = { userId, email, role, scopes: (scopes as KeyScope[] | null) ?? 'all' };
  await startableProject(sql, actor, projectId).catch((error: unknown) => {
    if (!(error instanceof RequestError)) throw error;
    throw new RightsGone('its maker may not start runs in this project any more');
  });
  return actor;
}
