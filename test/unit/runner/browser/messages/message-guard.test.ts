/* I13: a page whose browser sends too much ends its own context, and no other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardBrowser } from '../../../../../services/runner/browser/messages/guard-browser.ts';
import {
  MessageBudget,
  MOST_MIB_A_SECOND,
} from '../../../../../services/runner/browser/messages/message-budget.ts';
import {
  LARGEST_MIB,
  MessageGuard,
  tooLarge,
} from '../../../../../services/runner/browser/messages/message-guard.ts';
import { TargetSessions } from '../../../../../services/runner/browser/messages/sessions.ts';
import { TraceAnswers, TraceBudget } from '../../../../../services/runner/browser/messages/trace-answers.ts';

const MIB = 1024 ** 2;
const CHUNK = 65_536;
const [PAGE, WORKER, POPUP, OTHER] = ['A1', 'B2', 'C3', 'D4'] as const;

interface Message {
  id?: number;
  method?: string;
  params?: { exceptionDetails?: { text: string } } & Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

const attached = (sessionId: string, type: string, browserContextId: string) => ({
  method: 'Target.attachedToTarget',
  params: { sessionId, targetInfo: { type, title: '', browserContextId }, waitingForDebugger: true },
});

/** A guard of a browser with a page, its worker and its popup, a frame, and a page of another context; and what it lets through. */
function startGuard(budget = new MessageBudget(), ofTraces = new TraceBudget()) {
  const traces = new TraceAnswers(ofTraces);
  const passed: Message[] = [];
  const unknown: string[] = [];
  let coming: Buffer[] = [];
  let now = 0;
  const guard = new MessageGuard({
    forward(piece) {
      coming.push(piece);
      if (piece.at(-1) !== 0) return;
      passed.push(JSON.parse(Buffer.concat(coming).subarray(0, -1).toString()));
      coming = [];
    },
    onUnknown: (why) => void unknown.push(why),
    budget,
    traces,
    now: () => now,
  });
  const say = (...messages: object[]) => {
    const bytes = Buffer.from(messages.map((message) => `${JSON.stringify(message)}\0`).join(''));
    for (let from = 0; from < bytes.length; from += CHUNK) guard.take(bytes.subarray(from, from + CHUNK));
  };
  say(attached(PAGE, 'page', 'one'), attached(WORKER, 'worker', 'one'), attached(POPUP, 'page', 'one'));
  say(attached(OTHER, 'page', 'two'));
  passed.length = 0;
  const wait = (ms: number) => {
    now += ms;
  };
  const ask = (command: string) => traces.note(command);
  return { passed, unknown, say, wait, ask };
}

it('the guard hears which session belongs to which context wherever the message is split', () => {
  const message = Buffer.from(JSON.stringify(attached(PAGE, 'page', 'one')));
  const unheard = Array.from({ length: message.length + 1 }, (_, at) => at).filter((at) => {
    const sessions = new TargetSessions();
    sessions.hear([message.subarray(0, at), message.subarray(at), Buffer.of(0)]);
    return sessions.contextOf(PAGE) !== 'one';
  });
  expect(unheard).toEqual([]);
  const bytes = new TargetSessions();
  bytes.hear([...message, 0].map((byte) => Buffer.of(byte)));
  expect(bytes.pagesOf('one')).toEqual([PAGE]);
});

const text = (mib: number) => 'x'.repeat(mib * MIB);
const thrown = (sessionId: string, mib: number) => ({
  method: 'Runtime.exceptionThrown',
  params: { exceptionDetails: { text: text(mib) } },
  sessionId,
});
/** The page that hears of a dropped message, and the reason that it gets. */
const reported = ({ params, sessionId }: Message) => [
  sessionId,
  tooLarge(new Error(params?.exceptionDetails?.text))?.why,
];
const TOO_LARGE = `of more than ${LARGEST_MIB} MiB`;

describe('the guard of the messages of a browser', () => {
  it('lets messages through as they are, whole or in pieces, several in one or one in several', () => {
    const { passed, say, unknown } = startGuard();
    const messages = [{ id: 1 }, thrown(PAGE, 1), { id: 2, result: { title: 'é' } }, thrown(OTHER, 2)];
    say(...messages);
    expect(passed).toEqual(messages);
    expect(unknown).toEqual([]);
  });

  it('drops a message that is too large, and tells each page of its context, whichever of them sent it (I13)', () => {
    const { passed, say, unknown } = startGuard();
    say(thrown(WORKER, LARGEST_MIB), { id: 3 });
    expect(passed.slice(0, -1).map(reported)).toEqual([
      [PAGE, TOO_LARGE],
      [POPUP, TOO_LARGE],
    ]);
    expect(passed.at(-1)).toEqual({ id: 3 });
    expect(unknown).toEqual([]);
  });

  it('answers the command whose answer was too large', () => {
    const { passed, say } = startGuard();
    say({ id: 7, result: { value: text(LARGEST_MIB) }, sessionId: OTHER });
    expect(passed.map(({ id, sessionId }) => [id, sessionId])).toEqual([
      [undefined, OTHER],
      [7, OTHER],
    ]);
    expect(tooLarge(new Error(passed[0]?.params?.exceptionDetails?.text))).toEqual({
      why: TOO_LARGE,
      isAnswer: true,
    });
    expect(passed[1]?.error?.message).toContain(TOO_LARGE);
  });

  it('finds the context of what is attached, and is not misled by what a page says', () => {
    const { passed, say } = startGuard();
    const fake = `","browserContextId":"two"},"sessionId":"${OTHER}"}`;
    const name = text(LARGEST_MIB) + fake;
    say({
      method: 'Target.attachedToTarget',
      params: {
        sessionId: 'F6',
        targetInfo: { type: 'shared_worker', title: name, browserContextId: 'one' },
      },
    });
    say({ method: 'Page.frameNavigated', params: { name }, sessionId: PAGE });
    expect(passed.map(({ sessionId }) => sessionId)).toEqual([PAGE, POPUP, PAGE, POPUP]);
  });

  it('says when nothing tells whose a message was, or its page is gone', () => {
    const { passed, say, unknown } = startGuard();
    say(thrown('', LARGEST_MIB));
    say({ method: 'Target.detachedFromTarget', params: { sessionId: OTHER } }, thrown(OTHER, LARGEST_MIB));
    expect(unknown).toEqual([TOO_LARGE, TOO_LARGE]);
    expect(passed).toHaveLength(1);
  });

  it('drops what is large on a console', () => {
    const { passed, say } = startGuard();
    const line = { method: 'Runtime.consoleAPICalled', params: { args: ['short'] }, sessionId: WORKER };
    say({ ...line, params: { args: [text(1)] } }, line);
    expect(passed).toEqual([line]);
  });

  it('drops a line of many values on a console, also if it comes in one piece (I13)', () => {
    const { passed, say } = startGuard();
    const line = (values: number) => ({
      method: 'Runtime.consoleAPICalled',
      params: { args: Array.from({ length: values }, (_, value) => ({ type: 'number', value })) },
      sessionId: WORKER,
    });
    say(line(200));
    say(line(5));
    expect(passed).toEqual([line(5)]);
  });

  it('counts what comes in one piece, too (I13)', () => {
    const { passed, say } = startGuard();
    const small = thrown(PAGE, 1 / 20);
    for (let n = 0; n < 20 * MOST_MIB_A_SECOND; n += 1) say(small);
    expect(passed.flatMap((message) => reported(message)[1] ?? [])).not.toEqual([]);
  });

  it('ends the context that has sent most where several browsers send too much together, and no other (I13)', () => {
    const budget = new MessageBudget();
    const [many, one, quiet] = [startGuard(budget), startGuard(budget), startGuard(budget)];
    for (let n = 0; n < 5; n += 1) {
      many.say(thrown(PAGE, 3), thrown(OTHER, 2));
      one.say(thrown(PAGE, 4));
      quiet.say(thrown(PAGE, 1));
    }
    for (const { say } of [one, quiet, many]) say(thrown(PAGE, 1));
    for (const { say } of [one, quiet, many]) say(thrown(OTHER, 1));
    const ended = [many, one, quiet].map(({ passed }) =>
      passed.flatMap((message) => (reported(message)[1] ? [message.sessionId] : [])),
    );
    expect(ended).toEqual([[PAGE, POPUP], [], []]);
  });

  it('ends a context that sends too much in a second, and no other (I13)', () => {
    const { passed, say, wait } = startGuard();
    const large = thrown(PAGE, LARGEST_MIB - 1);
    const most = Math.floor(MOST_MIB_A_SECOND / (LARGEST_MIB - 1));
    for (let n = 0; n < most; n += 1) say(large);
    wait(1_000);
    for (let n = 0; n < most; n += 1) say(large);
    expect(passed).toHaveLength(2 * most);
    say(large, thrown(OTHER, 1));
    expect(passed.slice(2 * most).flatMap((message) => reported(message)[1] ?? [])).toHaveLength(2);
    expect(passed.at(-1)?.sessionId).toBe(OTHER);
  });
});

it('the guard says whether it has found the browser that it is for', async () => {
  const started = '--proxy-server=socks5://127.0.0.1:1';
  using found = guardBrowser(started);
  using missed = guardBrowser('--proxy-server=socks5://127.0.0.1:2');
  const child = spawn('true', [started], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  await once(child, 'close');
  expect([found.attached, missed.attached]).toEqual([true, false]);
});

const snapshotOf = (id: number, sessionId: string = PAGE) =>
  JSON.stringify({
    id,
    method: 'Runtime.evaluate',
    params: { expression: 'window["__playwright_snapshot_streamer_1"].captureSnapshot("targets")' },
    sessionId,
  });

it('I13: an answer that only a trace asked for is refused alone, and a page is not asked for ever', () => {
  const { passed, say, ask } = startGuard();
  for (const id of [1, 2, 3]) {
    expect(ask(snapshotOf(id))).toBeUndefined();
    say({ id, result: { value: 'x'.repeat(LARGEST_MIB * 1024 ** 2) }, sessionId: PAGE });
  }
  expect(passed).toMatchObject([1, 2, 3].map((id) => ({ id, error: { code: -32_000 }, sessionId: PAGE })));
  expect(ask(snapshotOf(4))).toEqual({ id: 4, session: PAGE });
  expect(ask(snapshotOf(5, OTHER))).toBeUndefined();
  passed.length = 0;
  say({ id: 5, result: { value: 'small' }, sessionId: OTHER });
  expect(passed).toMatchObject([{ id: 5, result: { value: 'small' } }]);
});

it('I13: bodies for a trace are refused above a bound, and count for no other run', () => {
  const { passed, say, wait, ask } = startGuard();
  const body = (id: number) => {
    ask(JSON.stringify({ id, method: 'Network.getResponseBody', params: {}, sessionId: PAGE }));
    say({ id, result: { body: 'x'.repeat(7 * 1024 ** 2) }, sessionId: PAGE });
  };
  body(1);
  body(2);
  wait(1_500);
  body(3);
  expect(passed.map(({ id, error }) => [id, error !== undefined])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
});

it('I13: where pages of several browsers are over the bound together, only the one that sent most is not asked again', () => {
  const budget = new TraceBudget();
  const [many, few] = [startGuard(undefined, budget), startGuard(undefined, budget)];
  const answer = ({ ask, say }: typeof many, session: string, id: number, mib: number) => {
    const isRefused = ask(snapshotOf(id, session)) !== undefined;
    if (!isRefused) say({ id, result: { value: 'x'.repeat(mib * 1024 ** 2) }, sessionId: session });
    return isRefused;
  };
  for (let second = 1; second <= 3; second += 1) {
    for (const id of [1, 2]) answer(many, PAGE, 10 * second + id, 7);
    answer(few, OTHER, second, 1);
    for (const { wait } of [many, few]) wait(1_500);
  }
  expect(few.passed.map(({ error }) => error?.message)).toEqual(few.passed.map(() => expect.any(String)));
  expect([answer(few, OTHER, 4, 1), answer(many, PAGE, 41, 1)]).toEqual([false, true]);
  expect(few.passed.at(-1)).toMatchObject({ id: 4, result: {} });
});
