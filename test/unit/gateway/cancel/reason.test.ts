import { expect, it } from 'vitest';
import { type Flow, flowSchema } from '#shared/flow/flow.ts';
import { createReasonRedactor } from '../../../../services/gateway/cancel/reason.ts';

const flow = (value: string, more: object = {}): Flow =>
  flowSchema.parse({
    baseUrl: 'http://shop.test',
    steps: [{ action: 'fill', selector: '#a', value }],
    ...more,
  });

function redacted(reason: string, ...flows: Flow[]): string {
  const redactor = createReasonRedactor(reason);
  for (const each of flows) redactor.mind(each);
  return redactor.redacted();
}

it('I10: hides what any of the flows keeps secret', () => {
  const reason = 'hunter2 and s3cret, not secret';
  expect(redacted(reason, flow('other'), flow('hunter2'), flow('s3cret'))).toBe(
    '[REDACTED] and [REDACTED], not secret',
  );
});

it('I10: hides secrets of two flows that overlap as a whole', () => {
  expect(redacted('pin abcdef!', flow('abcd'), flow('cdef'))).toBe('pin [REDACTED]!');
});

it('I10: minds the passwords of URLs and the steps that clean up', () => {
  const plan = flow('x', {
    baseUrl: 'http://ana:open-sesame@shop.test',
    onCancel: [{ action: 'fill', selector: '#b', value: 'tidy-up' }],
  });
  expect(redacted('open-sesame tidy-up', plan)).toBe('[REDACTED] [REDACTED]');
});

it('leaves a reason alone that shows no secret', () => {
  expect(redacted('the shop is down', flow('hunter2'), flow(''))).toBe('the shop is down');
  expect(redacted('the shop is down')).toBe('the shop is down');
});
