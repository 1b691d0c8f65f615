import { beforeEach } from 'vitest';
import { call, createPerson, type Person, type Received, type TestGateway, useGateway } from '../fixture.ts';

export let gateway: TestGateway;
export let admin: Person;
/** New ones for each test. */
export let owner: Person;
export let other: Person;

/** At the top of a file: its gateway, and who is in it. */
export async function useInvitations(): Promise<void> {
  gateway = await useGateway({ subscribers: true });
  admin = await createPerson(gateway, 'admin');
  beforeEach(async () => {
    owner = await createPerson(gateway);
    other = await createPerson(gateway);
  });
}

export const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };
export const idOf = ({ body }: Received) => (body as { id: string }).id;

export const of = (project: string) => `/v1/projects/${project}`;
export const put = (as: Person, email: string, role: string, project = owner.projectId) =>
  call(gateway, 'POST', `${of(project)}/members`, { as, body: { email, role } });
export const pending = (as: Person, project = owner.projectId) =>
  call(gateway, 'GET', `${of(project)}/invitations`, { as });
export const withdraw = (as: Person, id: string, project = owner.projectId) =>
  call(gateway, 'DELETE', `${of(project)}/invitations/${id}`, { as });
export const received = (as: Person) => call(gateway, 'GET', '/v1/invitations', { as });
export const accept = (as: Person, id: string) =>
  call(gateway, 'POST', `/v1/invitations/${id}/accept`, { as });
export const deleteUser = ({ userId }: Person) =>
  call(gateway, 'DELETE', `/v1/users/${userId}`, { as: admin });

export async function membersOf(project = owner.projectId) {
  const rows = await gateway.sql.rows<{ id: string; role: string }>(
    'select user_id as id, role from project_members where project_id = $1',
    [project],
  );
  return Object.fromEntries(rows.map(({ id, role }) => [id, role]));
}
