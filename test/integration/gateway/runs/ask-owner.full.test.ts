/* I16: an owner that does not answer is late, silent or absent, but not while NATS may be at fault. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { createAskOwner } from '../../../../services/gateway/runs/waiting-for/ask-owner.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats, type TestNats } from '../../../support/servers/servers.ts';

const STATE = 'running.stepping.acting';

let nats: TestNats;
let gateway: Bus;
let runner: Bus;
let isOut: boolean;
beforeAll(async () => {
  nats = await startTestNats();
  [gateway, runner] = ['gateway', 'runner'].map((name) =>
    openBus({ url: nats.serviceUrl, name, log: quietLog() }),
  ) as [Bus, Bus];
  await Promise.all([gateway.opened(), runner.opened()]);
});
beforeEach(() => {
  isOut = false;
});
afterAll(() => Promise.all([gateway, runner].map((bus) => bus[Symbol.asyncDispose]())));

/** A gateway that remembers nothing, and an owner of a run that answers as long as it is to. */
async function askedOwner() {
  const run = { id: randomUUID(), epoch: 1, state: STATE };
  const owner = { answers: true };
  const subscribed = runner.respond(subjects.command(run.id), () =>
    owner.answers ? { ok: true, epoch: 1, state: STATE } : undefined,
  );
  await subscribed.ready;
  const ask = createAskOwner({ bus: gateway, isNatsOut: () => isOut });
  return { ask: () => ask(run), owner, leave: () => subscribed.stop() };
}
const SAID = { ok: true, epoch: 1, state: STATE };

it('an owner that answered and no longer does is late, then silent', async () => {
  const { ask, owner } = await askedOwner();
  expect(await ask()).toEqual(SAID);
  owner.answers = false;
  await eventually(async () => expect(await ask()).toBe('late'));
  await eventually(async () => expect(await ask()).toBe('silent'));
  owner.answers = true;
  await eventually(async () => expect(await ask()).toEqual(SAID));
});

it('I16: an owner without a subscriber is absent, whether it has answered before or not', async () => {
  const ask = createAskOwner({ bus: gateway, isNatsOut: () => isOut });
  expect(await ask({ id: randomUUID(), epoch: 1, state: STATE })).toBe('absent');
  const known = await askedOwner();
  expect(await known.ask()).toEqual(SAID);
  await known.leave();
  await eventually(async () => expect(await known.ask()).toBe('absent'));
});

it('I16: what NATS may not have delivered is held against no owner, whether it is known to be out or not', async () => {
  const { ask, owner } = await askedOwner();
  expect(await ask()).toEqual(SAID);
  owner.answers = false;
  const answers: unknown[] = [];
  process.kill(nats.pid, 'SIGSTOP');
  try {
    // The first answer is still good for a second.
    await eventually(async () => {
      answers.push(await ask());
      expect(answers.at(-1)).toBe('unasked');
    });
    isOut = true;
    answers.push(await ask());
  } finally {
    process.kill(nats.pid, 'SIGCONT');
  }
  expect(answers.at(-1)).toBe('unreachable');
  expect(answers).not.toContain('late');
  expect(answers).not.toContain('silent');
});
