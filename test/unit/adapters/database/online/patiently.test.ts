/* A migration tries again what only locks or time kept from it, and says in the end what it could not do. */
import { expect, test } from 'vitest';
import { InUseError, patiently } from '#shared/adapters/database/online/patiently.ts';

const AT_ONCE = { firstMs: 0, maxMs: 0, giveUpAfterMs: 60_000 };
const NOT_AGAIN = { ...AT_ONCE, giveUpAfterMs: 0 };

const refusal = (code: string) => Object.assign(new Error('refused'), { code });

/** Fails so often, then succeeds. */
function failing(times: number, error: () => Error) {
  const state = { tries: 0 };
  const attempt = async () => {
    state.tries += 1;
    if (state.tries <= times) throw error();
    return 'done';
  };
  return { state, attempt };
}

test.each([
  ['a lock was not free', () => refusal('55P03')],
  ['a change took too long', () => refusal('57014')],
  ['a circle of waiting was broken up', () => refusal('40P01')],
  ['it is in use', () => new InUseError('in use')],
  ['one of these is the cause', () => new Error('out of reach', { cause: refusal('55P03') })],
])('it is tried again if %s', async (_, error) => {
  const { state, attempt } = failing(3, error);
  expect(await patiently('try', attempt, undefined, AT_ONCE)).toBe('done');
  expect(state.tries).toBe(4);
});

test('another failure is final', async () => {
  const { state, attempt } = failing(1, () => refusal('42601'));
  await expect(patiently('try', attempt, undefined, AT_ONCE)).rejects.toMatchObject({ code: '42601' });
  expect(state.tries).toBe(1);
});

test('a stage says in the end what it could not do, and who waits for that does not begin anew', async () => {
  const { state, attempt } = failing(9, () => refusal('55P03'));
  const inner = () => patiently('change the table', attempt, undefined, NOT_AGAIN);
  await expect(patiently('migrate', inner, undefined, AT_ONCE)).rejects.toThrow(
    'could not change the table: other transactions hold its locks',
  );
  expect(state.tries).toBe(1);
});

test('it ends between two tries when it is to stop', async () => {
  const stopping = new AbortController();
  const { state, attempt } = failing(9, () => {
    stopping.abort(new Error('stop'));
    return refusal('55P03');
  });
  await expect(patiently('try', attempt, stopping.signal, AT_ONCE)).rejects.toThrow(/stop|abort/);
  expect(state.tries).toBe(1);
});
