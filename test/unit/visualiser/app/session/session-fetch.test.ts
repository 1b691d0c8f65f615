/* A request that was refused goes out once more if its session is renewed, and stays refused if it is over. */
import { expect, it } from 'vitest';
import { createSessionFetch } from '../../../../../services/visualiser/app/session/session-fetch.ts';

/** A gateway that refuses until its session is there, and how often it was asked. */
function openGateway({ isOver = false } = {}) {
  const gateway = { lets: false, sent: 0, asked: 0 };
  const { sessionFetch, renewing } = createSessionFetch({
    fetch: async () => {
      gateway.sent += 1;
      return new Response(null, { status: gateway.lets ? 200 : 401 });
    },
    isOver: async () => {
      gateway.asked += 1;
      gateway.lets = !isOver;
      return isOver;
    },
  });
  return { gateway, renewing, ask: async () => (await sessionFetch('/')).status };
}

it('a request that was refused with the cookie of before goes out again', async () => {
  const { gateway, ask } = openGateway();
  expect(await ask()).toBe(200);
  expect(gateway).toMatchObject({ sent: 2, asked: 1 });
  expect(await ask()).toBe(200);
  expect(gateway).toMatchObject({ sent: 3, asked: 1 });
});

it('a session that is over is asked for once by all who are refused, and refused stays refused', async () => {
  const { gateway, ask } = openGateway({ isOver: true });
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([401, 401, 401]);
  expect(gateway).toMatchObject({ sent: 3, asked: 1 });
});

it('who is refused while the session is renewed waits for the outcome', async () => {
  const { gateway, renewing, ask } = openGateway();
  const gate = Promise.withResolvers<string>();
  const renewal = renewing(() => gate.promise);
  const answer = ask();
  await Promise.resolve();
  expect(gateway.asked).toBe(0);
  gate.resolve('renewed');
  expect(await renewal).toBe('renewed');
  expect(await answer).toBe(200);
});

it('a renewal that fails is no end of the session', async () => {
  const { renewing, ask } = openGateway();
  const wrong = new Error('the current password is wrong');
  await expect(renewing(() => Promise.reject(wrong))).rejects.toBe(wrong);
  expect(await ask()).toBe(200);
});
