/* I16: everybody who reads events reads all of them, also odd ones and those of a newer version. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptSchema } from '#shared/api/contract/cancel/cancel.ts';
import { runSchema } from '#shared/api/contract/runs/runs.ts';
import type { AssistEntry } from '#shared/domain/events/entries.ts';
import {
  anyEventSchema,
  EVENT_SCHEMAS,
  EVENT_TYPES,
  type EventType,
  eventSchema,
  type RunEvent,
} from '#shared/domain/events/events.ts';
import { readEvent } from '#shared/domain/events/read-event.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { withEvents } from '#shared/domain/story/when.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { createStory } from '../../../../services/cli/view/story.ts';
import { storyText } from '../../../../services/cli/view/story-text.ts';
import { createHopClock } from '../../../../services/gateway/cancel/hop-clock.ts';
import { hopsOf } from '../../../../services/gateway/cancel/hops.ts';
import {
  eventDetail,
  eventError,
  eventName,
  eventTone,
} from '../../../../services/visualiser/app/run/event-text.ts';
import { timelineOf } from '../../../../services/visualiser/app/run/steps/timeline.ts';
import { en } from '../../../../services/visualiser/app/text/en.ts';
import { entryOf, WHOLE_EVENTS } from '../../../support/events.ts';
import { historyOf as rowOf } from '../../../support/model/cancel-history.ts';

const AT = '2026-01-02T03:04:05.000Z';

/** Everybody who reads events, over these: what each shows of the last one. */
function read(events: RunEvent[]) {
  const past = withEvents([], events);
  const story = createStory();
  const style = { palette: createPalette(false), width: 70, cuts: false };
  const reported = events.map((event) => story({ kind: 'assist', ...event } as AssistEntry));
  const start = new Date(AT);
  hopsOf(rowOf([]), events, createHopClock(start, start));
  const history = historyOf(start.getTime(), past);
  momentAt(history, events.length);
  expect(timelineOf(history, past)).toHaveLength(events.length);
  const last = past.at(-1)!;
  return {
    page: [eventName(last, en.run), eventDetail(last, en), eventError(last) ?? '', eventTone(last)],
    terminal: reported.at(-1)!.flatMap((line) => storyText(line, style)),
  };
}

const event = (type: string, payload: object, seq = 1): RunEvent =>
  ({ seq, at: AT, type, stepIndex: 0, payload }) as unknown as RunEvent;

describe('a run that goes back into the queue', () => {
  const pageOf = (payload: object) => read([event('requeued', { at: AT, ...payload })]).page;

  it('I16: starts again only if its flow had begun, and else says why it has returned', () => {
    expect(pageOf({ attempt: 2 })).toEqual(['starts again', 'attempt 2', '', 'cancelling']);
    const lost = 'its runner was lost before anything of it began';
    expect(pageOf({ attempt: 1, returned: true })).toEqual(['returned to the queue', lost, '', 'cancelling']);
    expect(pageOf({ attempt: 2, returned: true }).slice(0, 2)).toEqual(['returned to the queue', lost]);
    expect(pageOf({ attempt: 1, returned: true, error: 'no browser' }).slice(0, 2)).toEqual([
      'returned to the queue',
      'no browser',
    ]);
  });
});

describe('an event', () => {
  it.each(EVENT_TYPES)('%s with all that it may say is read as it is, by everybody', (type) => {
    const { kind: _, ...whole } = entryOf(1, type, AT);
    expect(eventSchema.parse(whole)).toEqual(whole);
    expect(readEvent(whole)).toEqual(whole);
    expect(read([whole]).page[0]).not.toBe('');
  });

  it.each<[EventType, object]>([
    ['transition', { from: 'running.queued', to: 'running.launching' }],
    ['cancel', { source: 'user', mode: 'graceful', at: AT, state: 'running.queued' }],
    ['requeued', { attempt: 2, at: AT }],
    ['step_failure', { step: {}, error: 'no' }],
    ['run_end', { status: 'pass' }],
    ['run_end', { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true }],
  ])('%s without what may be absent, %j, is read as one of that type', (type, payload) => {
    expect(readEvent(event(type, payload)).type).toBe(type);
    read([event(type, payload)]);
  });

  it('that is a notice is shown in the words of the page, or, if it has none for its code, in its own', () => {
    const noticed = (code: string, text: string) => read([event('notice', { code, text, at: AT })]);
    const { page, terminal } = noticed('video_not_kept', 'there is no video');
    expect(page[1]).toBe(en.run.notices.video_not_kept);
    expect(terminal).toEqual(['· there is no video']);
    for (const code of ['video_lost', 'toString', 'of_another_version'])
      expect(noticed(code, 'the disk is full').page[1]).toBe('the disk is full');
  });

  it('of a type that a newer version added is shown by its name', () => {
    const { page, terminal } = read([event('screen_recorded', { at: 'soon', step: null, error: 7 })]);
    expect(page).toEqual(['screen_recorded', '', '', 'move']);
    expect(terminal).toEqual(['· screen_recorded']);
  });

  it('with fields and words that a newer version added is read as one of its type', () => {
    const payload = { ...WHOLE_EVENTS.run_end.payload, source: 'schedule', added: 1 };
    expect(read([event('run_end', payload)]).terminal).toEqual([
      'CANCELLED in 0 ms · by schedule, PostgreSQL was out of reach: enough',
      'total  30',
    ]);
  });

  it.each(EVENT_TYPES)('%s that says nothing is shown by its name, and harms nobody', (type) => {
    expect(readEvent(event(type, {}))).toMatchObject({ type: 'unknown', name: type });
    expect(read([event(type, {})]).page[0]).toBe(type);
  });

  it('that is odd harms nobody, wherever it comes', () => {
    const odd = fc.record({
      type: fc.constantFrom(...EVENT_TYPES, '<b>', 'constructor'),
      payload: fc.dictionary(
        fc.constantFrom('from', 'to', 'at', 'error', 'step', 'attempt', 'mode', 'source', 'browser'),
        fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.object()),
      ),
    });
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1 }), (given) => {
        read(given.map(({ type, payload }, n) => event(type, payload, n + 1)));
      }),
      { numRuns: 50 },
    );
  });

  it('has the fields that every event has', () => {
    const common = Object.keys(anyEventSchema.shape);
    for (const type of EVENT_TYPES)
      expect(common).toEqual(expect.arrayContaining(Object.keys(EVENT_SCHEMAS[type].shape)));
  });
});

describe('a run that a newer gateway answers', () => {
  const events = [
    { type: 'paused', seq: 1, at: AT, payload: { for: 'a while' } },
    { type: 'cancel', seq: 2, at: AT, payload: { at: AT, source: 'robot', mode: 'graceful', more: true } },
  ];

  it('is read, with its types, words and fields that are not known here', () => {
    const run = runSchema.shape.events.parse(events);
    expect(run).toEqual(events);
  });

  it('is refused where an event is none', () => {
    expect(runSchema.shape.events.safeParse([{ type: 'cancel' }]).success).toBe(false);
  });
});

it('a receipt without the code of what it waits for, or with another one, is read', () => {
  const { waiting } = receiptSchema.shape;
  expect(waiting.parse({ for: 'its browser to be killed' })).toEqual({ for: 'its browser to be killed' });
  expect(waiting.parse({ code: 'a_newer_one', for: 'something' })).toEqual({ for: 'something' });
});
