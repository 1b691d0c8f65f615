import { putSecret } from '#shared/adapters/database/secrets/secrets.ts';
import { publicKeyText } from '#shared/platform/seal/key-text.ts';
import { readPublicKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import { type Person, SEAL_KEY, type TestGateway } from '../fixture.ts';

const KEYS = await readPublicKeys(publicKeyText(SEAL_KEY));

/** A login of the project, with this user as the one who gave it; its name. */
export async function addSecret(
  { sql }: TestGateway,
  projectId: string,
  { userId }: Pick<Person, 'userId'>,
  name = 'shop_login',
): Promise<string> {
  const given = { name, kind: 'login', origins: ['https://login.example.com'] } as const;
  const value = { username: 'ann', password: 'correct horse battery staple' };
  const made = await putSecret(
    sql,
    {
      ...given,
      projectId,
      by: { userId },
      note: 'of the test account',
      seal: async (version) => ({
        sealed: await seal(
          KEYS,
          { p: projectId, k: given.kind, n: name, v: version, o: given.origins },
          value,
        ),
        kid: KEYS.first.kid,
      }),
    },
    undefined,
  );
  if (typeof made === 'string') throw new Error(made);
  return name;
}

/** A use of the secret by this run, as its runner notes it. */
export const addUse = (
  { sql }: TestGateway,
  projectId: string,
  { name, runId, userId }: { name: string; runId: string; userId: string },
): Promise<unknown> =>
  sql.rows(
    `insert into secret_uses (run_id, project_id, secret_id, name, version, step, origin, user_id)
     select :runId::uuid, project_id, id, name, version, 1, origins[1], :userId::uuid from secrets
     where project_id = :projectId and name = :name`,
    { projectId, name, runId, userId },
  );
