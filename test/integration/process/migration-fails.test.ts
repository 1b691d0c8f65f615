import { expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { createEmptyDatabase } from '../../support/servers/servers.ts';
import { createStack } from '../../support/stack/stack.ts';

it('a migration that fails on a database which answers is said once, and ends each service with 1', async () => {
  const { url: databaseUrl } = await createEmptyDatabase();
  await rows(databaseUrl, 'create table runs (something_else integer)');
  const stack = await createStack({ databaseUrl, accounts: false });
  const services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  for (const { exited, lines } of services) {
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(lines.filter((line) => line.includes('column \\"id\\" referenced')).length, lines.join('\n')).toBe(
      1,
    );
    expect(lines.join('\n')).not.toContain('out of reach');
  }
}, 60_000);

it.each([
  ['of a name that its server does not have', /database .* does not exist/, { pathname: '/nowhere' }],
  ['with a wrong password', /password authentication failed/, { password: 'wrong' }],
])('a database %s is not waited for: a service says so once and ends with 1', async (_, says, change) => {
  const url = Object.assign(new URL((await createEmptyDatabase()).url), change);
  const stack = await createStack({ databaseUrl: url.href, accounts: false });
  const { exited, lines } = stack.launch('supervisor');
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(lines.filter((line) => says.test(line)).length, lines.join('\n')).toBe(1);
});
