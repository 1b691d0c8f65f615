/* I11: of 100,000 forged answers, links and requests for a picture, none is taken, and the question stays as it is. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import { createAnswerTokens } from '#shared/platform/seal/answer-links.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { call, createPerson, useGateway } from '../fixture.ts';

const OF_LINKS = 60_000;
const OF_ACCOUNTS = 25_000;
const OF_PICTURES = 15_000;
const AT_ONCE = 16;

const gateway = await useGateway();
const tokens = createAnswerTokens(await databaseKeyOf(gateway.sql)());
const [ann, eve] = [await createPerson(gateway), await createPerson(gateway)];
const [run, hers] = [await askingRun(gateway.sql, ann), await askingRun(gateway.sql, eve)];
const linkOf = async (id: string, as: typeof ann): Promise<string> => {
  const { body } = await call(gateway, 'POST', `/v1/runs/${id}/answer-link`, { as });
  return (body as { url: string }).url.split('/#/answer/')[1]!;
};
const [link, ownLink] = [await linkOf(run.id, ann), await linkOf(hers.id, eve)];

/** What each attempt came to, and how often. */
async function attempts(
  times: number,
  attempt: () => Promise<{ status: number }>,
): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  let left = times;
  const tries = async () => {
    for (; left > 0; ) {
      left -= 1;
      const { status } = await attempt();
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tries));
  return seen;
}
const anyOf = <T>(...all: (() => T)[]): T => all[randomInt(all.length)]!();
const changed = (text: string): string => {
  const bytes = Buffer.from(text, 'base64url');
  for (let flips = randomInt(1, 4); flips > 0; flips -= 1) {
    const at = randomInt(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << randomInt(8));
  }
  const made = bytes.toString('base64url');
  return made === text ? changed(text) : made;
};
/** Signed with another key, made of two, changed, cut, or made up. */
const forgedLink = (): string =>
  anyOf(
    () => changed(link),
    () => createAnswerTokens(randomBytes(32)).sign(tokens.read(link)!),
    () => {
      const at = randomInt(1, link.length);
      return `${ownLink.slice(0, at)}${link.slice(at)}`;
    },
    () => link.slice(0, randomInt(1, link.length)),
    () => randomBytes(Buffer.from(link, 'base64url').length).toString('base64url'),
  );
const rowOf = () =>
  gateway.sql.rows('select orders, last_seq, state, epoch from runs where id = :id', { id: run.id });

it('I11: none of 100,000 is taken', { timeout: 900_000 }, async () => {
  const before = await rowOf();
  const values = { code: '123456' };
  const ofLinks = await attempts(OF_LINKS, async () => {
    const forged = forgedLink();
    // Two tokens with the same beginning may make the right one again.
    if (forged === link || forged === ownLink) return { status: 404 };
    return call(gateway, 'POST', `/v1/answers/${forged}`, { body: { values } });
  });
  expect([...ofLinks]).toEqual([[404, OF_LINKS]]);
  const ofAccounts = await attempts(OF_ACCOUNTS, () =>
    anyOf(
      () =>
        call(gateway, 'POST', `/v1/runs/${run.id}/answer`, { as: eve, body: { values, step: randomInt(3) } }),
      () => call(gateway, 'POST', `/v1/runs/${run.id.slice(-8)}/answer`, { as: eve, body: { values } }),
      () => call(gateway, 'POST', `/v1/runs/${randomUUID()}/answer`, { as: eve, body: { values } }),
      () => call(gateway, 'POST', `/v1/runs/${run.id}/answer-link`, { as: eve }),
    ),
  );
  expect([...ofAccounts]).toEqual([[404, OF_ACCOUNTS]]);
  const ofPictures = await attempts(OF_PICTURES, () =>
    anyOf(
      () => call(gateway, 'GET', `/v1/runs/${run.id}/frame`, { as: eve }),
      () => call(gateway, 'GET', `/v1/runs/${run.id}/frame?token=${encodeURIComponent(changed(ann.token))}`),
      () => call(gateway, 'GET', `/v1/runs/${run.id}/frame?token=${forgedLink()}`),
      () => call(gateway, 'GET', `/v1/runs/${run.id}/frame?token=${link}`),
    ),
  );
  expect([...ofPictures.keys()].toSorted()).toEqual([401, 404]);
  expect(await rowOf()).toEqual(before);
  expect(await call(gateway, 'POST', `/v1/answers/${link}`, { body: { values } })).toMatchObject({
    status: 200,
  });
});
