/* A schedule that is saved from its form has what was typed, and keeps what the form does not ask for. */
import { describe, expect, it } from 'vitest';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { scheduleIn, typedStart } from '../../../../../services/visualiser/app/schedules/schedule-form.ts';

const TYPED = {
  cron: ' 30 2 * * * ',
  timezone: 'Europe/Berlin',
  dst: 'skip',
  flow: 'checkout',
  version: '',
  overlap: 'skip',
  'catch-up': 'none',
  failures: '',
  inputs: '',
  labels: '',
  window: '',
  'window-unit': 'minute',
  description: '',
};

function formOf(typed: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...TYPED, ...typed })) form.set(name, value);
  return form;
}

const BEFORE = {
  start: { name: 'Night', labels: ['a'], inputs: { article: 'mug' } },
  startAt: '2027-01-01T00:00:00.000Z',
} as Partial<Schedule> as Schedule;

describe('the form of a schedule', () => {
  it('leaves out what is empty', () => {
    expect(scheduleIn(formOf(), undefined)).toEqual({
      cron: '30 2 * * *',
      timezone: 'Europe/Berlin',
      dst: 'skip',
      flow: { name: 'checkout' },
      start: {},
      overlap: 'skip',
      catchUp: { mode: 'none' },
      windowMs: 0,
      description: '',
    });
  });

  it('has numbers, durations, inputs and labels as they are posted', () => {
    const typed = {
      version: '3',
      failures: '5',
      'catch-up': 'all',
      within: '1.5',
      'within-unit': 'hour',
      window: '10',
      inputs: '{"article": "mug"}',
      labels: ' a \n\nb',
    };
    expect(scheduleIn(formOf(typed), undefined)).toMatchObject({
      flow: { name: 'checkout', version: 3 },
      pauseAfterFailures: 5,
      catchUp: { mode: 'all', withinMs: 5_400_000 },
      windowMs: 600_000,
      start: { inputs: { article: 'mug' }, labels: ['a', 'b'] },
    });
  });

  it('keeps what it does not ask for, and takes away what was emptied', () => {
    expect(scheduleIn(formOf({ labels: 'b' }), BEFORE)).toMatchObject({ startAt: BEFORE.startAt });
    expect(scheduleIn(formOf({ labels: 'b' }), BEFORE)?.start).toEqual({ name: 'Night', labels: ['b'] });
  });

  it.each(['[1]', '7', '{', 'null'])('takes no inputs that are %s', (inputs) => {
    expect(scheduleIn(formOf({ inputs }), undefined)).toBeUndefined();
  });

  it('begins with the inputs and labels that there are', () => {
    expect(typedStart(BEFORE.start)).toEqual({ inputs: '{\n  "article": "mug"\n}', labels: 'a' });
    expect(typedStart({})).toEqual({ inputs: '', labels: '' });
  });
});
