/* I10: the reason of a cancel shows no secret of any run that it is for. */
import { expect, it } from 'vitest';
import { collectShown } from '../../../../services/gateway/cancel/reason.ts';

async function redacted(reason: string, ...flows: string[][]): Promise<string> {
  const collector = collectShown(reason);
  for (const secrets of flows) await collector.include(secrets);
  return collector.redacted();
}

it('I10: the redaction of a reason hides what any of the flows keeps secret', async () => {
  const reason = 'hunter2 and s3cret, not secret';
  expect(await redacted(reason, ['other'], ['hunter2'], ['s3cret', 'other'])).toBe(
    '[REDACTED] and [REDACTED], not secret',
  );
});

it('I10: the redaction of a reason hides secrets of two flows that overlap as a whole', async () => {
  expect(await redacted('pin abcdef!', ['abcd'], ['cdef'])).toBe('pin [REDACTED]!');
});

it('the redaction of a reason leaves a reason alone that shows no secret', async () => {
  expect(await redacted('the shop is down', ['hunter2'], [''])).toBe('the shop is down');
  expect(await redacted('the shop is down')).toBe('the shop is down');
});
