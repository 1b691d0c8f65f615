/* I11: a short id names the one run that the caller may see and that ends like it, or none. */
import { describe, expect, it } from 'vitest';
import { shortId } from '#shared/domain/run/short-id.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const [owner, viewer, stranger, admin] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway, 'admin'),
];
await addMember(gateway, owner.projectId, viewer, 'viewer');

const read = (id: string, sent: Sent = { as: owner }) => call(gateway, 'GET', `/v1/runs/${id}`, sent);
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

/** A run of `person` whose id ends like that of another run. */
async function startAlike(id: string, person = owner): Promise<string> {
  const made = await startRun(gateway, person);
  const alike = made.slice(0, -8) + shortId(id);
  await gateway.sql.rows('update runs set id = $1 where id = $2', [alike, made]);
  return alike;
}

describe('the end of an id', () => {
  it('names the run wherever a path does, in capital letters too, and answers tell the whole id', async () => {
    const id = await startRun(gateway, owner);
    const answer = await read(shortId(id).toUpperCase());
    expectContract('readRun', answer);
    expect(answer).toMatchObject({ status: 200, body: { id } });

    const at = (path: string) => `/v1/runs/${shortId(id)}${path}`;
    const dry = await call(gateway, 'POST', at('/cancel?dryRun=true'), { as: owner });
    expect(dry).toMatchObject({ status: 200, body: { id, dryRun: true } });
    const cancelled = await call(gateway, 'POST', at('/cancel'), { as: owner });
    expect(cancelled).toMatchObject({ status: 200, body: { id } });
    expect(await call(gateway, 'GET', at('/cancel'), { as: owner })).toMatchObject({
      status: 200,
      body: { id },
    });
    const again = await call(gateway, 'POST', at('/rerun'), { as: owner });
    expect((await read((again.body as { id: string }).id)).body).toMatchObject({ rerunOf: id });
  });

  it('I11: is not found by a user who may not see the run, and grants no more than the whole id', async () => {
    const id = await startRun(gateway, owner);
    expect(await read(shortId(id), { as: stranger })).toMatchObject(NOT_FOUND);
    const refused = await call(gateway, 'POST', `/v1/runs/${shortId(id)}/cancel`, { as: viewer });
    expect(refused).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });

  it('that several runs have names none of them, but only those count that the caller may see', async () => {
    const id = await startRun(gateway, owner);
    const other = await startAlike(id, stranger);
    expect(await read(shortId(id))).toMatchObject({ status: 200, body: { id } });
    expect(await read(shortId(id), { as: stranger })).toMatchObject({ status: 200, body: { id: other } });
    expect(await read(shortId(id), { as: admin })).toMatchObject(NOT_FOUND);
    expect(await read(id, { as: admin })).toMatchObject({ status: 200 });

    await startAlike(id);
    expect(await read(shortId(id))).toMatchObject(NOT_FOUND);
  });

  it.each(['1234567', '123456789', 'ghijklmn', '1234-567', '%31234567'])(
    'is eight hexadecimal digits, not %s',
    async (id) => {
      expect(await read(id)).toMatchObject(NOT_FOUND);
    },
  );
});
