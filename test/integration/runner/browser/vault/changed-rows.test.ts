/* I17: a row whose origins or version were changed in the database is not opened. */
import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { giveSecret, ownRun, PASSWORD, usesOf, vaultOf } from './fixture.ts';

const [HERS, OTHER] = ['https://login.example.com', 'https://eve.test'];
const FLOW = flowSchema.parse({
  baseUrl: HERS,
  steps: [{ action: 'fill', selector: '#pw', value: '${secrets.shop}' }],
});
const NAME = { root: 'secrets' as const, name: 'shop' };

it.each([
  ['origins', `origins = '{${OTHER}}'`],
  ['version', 'version = version + 1'],
])(
  'I17: a row whose %s was changed in the database is not opened, and its use is recorded',
  async (_, change) => {
    const { url } = await createTestDatabase();
    await using database = connectDatabase({ url, applicationName: 'changed-rows' });
    const run = await ownRun(database.sql);
    await giveSecret(run, { origins: [HERS] });
    const typingAt = (origin: string) => ({
      place: { index: 0, phase: 'flow' as const },
      origin,
      signal: new AbortController().signal,
      left: () => 5_000,
    });
    const vault = vaultOf(run, FLOW);
    expect(await vault.open(NAME, typingAt(HERS))).toEqual({ text: PASSWORD });
    await database.sql.rows(`update secrets set ${change}`);
    const at = change.startsWith('origins') ? OTHER : HERS;
    await expect(vault.open(NAME, typingAt(at))).rejects.toMatchObject({
      reason: 'secret_unopened',
      message: expect.stringContaining('belongs to another project, kind, name, version or origin'),
    });
    expect((await usesOf(run)).map(({ origin }) => origin)).toEqual([HERS, at]);
  },
);
