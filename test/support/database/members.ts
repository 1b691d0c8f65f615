import { randomUUID } from 'node:crypto';
import { type Client, logIn } from '../http/client.ts';
import { ADMIN } from '../stack/stack.ts';
import { rows } from './rows.ts';

/** The admin, by a token: without the rights that a key made for it may have. */
export const adminByToken = async (client: Client): Promise<Client> =>
  client.as({ token: await logIn(client, ADMIN.email, ADMIN.password) });

export interface Member {
  id: string;
  account: { email: string; password: string };
  /** Calls with a token of this member. */
  client: Client;
  token: string;
}

/** A new user with a project of its own. */
export async function addMember(admin: Client): Promise<Member> {
  const account = { email: `${randomUUID()}@test.local`, password: randomUUID() };
  const { body } = await admin.request<{ user: { id: string } }>('POST', '/v1/auth/register', {
    body: account,
  });
  const token = await logIn(admin, account.email, account.password);
  return { id: body.user.id, account, client: admin.as({ token }), token };
}

/** Makes a user a viewer of a project, without asking its owner. */
export const addViewer = (databaseUrl: string, projectId: string, userId: string) =>
  rows(databaseUrl, `insert into project_members (project_id, user_id, role) values ($1, $2, 'viewer')`, [
    projectId,
    userId,
  ]);
