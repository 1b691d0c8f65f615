/* I13: a user has no more streams and waiting reads open than allowed, by whatever token or key. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { isStatus, openStream, type Watch } from '../../../support/http/sse.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway({ config: { GHOSTLY_MAX_STREAMS_PER_USER: 2 } });
const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
const [run, bobs] = [await startRun(gateway, ann), await startRun(gateway, bob)];

const headersOf = (person: Person) => ({ authorization: `Bearer ${person.token}` });
const pathOf = (id: string) => `/v1/runs/${id}/events/stream`;

async function watch(person = ann, id = run): Promise<Watch> {
  const stream = await openStream(`${gateway.url}${pathOf(id)}`, headersOf(person));
  await stream.until(isStatus('running'));
  return stream;
}
const refused = { status: 429, body: { ok: false, error: expect.stringContaining('too many open streams') } };

describe('I13: the streams that one user has open', () => {
  it('are as many as it may have, by whatever token or key, and of two at once the last place goes to one', async () => {
    const first = await watch();
    const both = await Promise.allSettled([watch(), watch()]);
    const open = both.filter(({ status }) => status === 'fulfilled');
    expect(open).toHaveLength(1);
    const key = await createKey(gateway, ann, ['runs:read']);
    const answer = await call(gateway, 'GET', pathOf(run), { key });
    expectContract('streamRun', answer);
    expect(answer).toMatchObject(refused);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);

    const others = await watch(bob, bobs);
    first.close();
    // Its place is free as soon as the gateway has noticed.
    const next = await eventually(() => watch());
    const second = (open[0] as PromiseFulfilledResult<Watch>).value;
    for (const stream of [next, second, others]) stream.close();
  });

  it('and the requests with `wait` share a limit; a read without it is always answered', async () => {
    const one = await eventually(() => watch());
    const two = await eventually(() => watch());
    const wait = () => call(gateway, 'GET', `/v1/runs/${run}?wait=1`, { as: ann });
    const answer = await wait();
    expectContract('readRun', answer);
    expect(answer).toMatchObject(refused);
    expect((await call(gateway, 'GET', `/v1/runs/${run}`, { as: ann })).status).toBe(200);

    one.close();
    const waiting = await eventually(async () => {
      const both = await Promise.all([wait(), wait()]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 429]);
      return both;
    });
    expect(waiting).toHaveLength(2);
    // The wait that is over has left its place.
    expect((await wait()).status).toBe(200);
    two.close();
  });
});
