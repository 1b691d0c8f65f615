/* A `traceparent` is read as its standard says, and any other text is none. */
import { expect, it } from 'vitest';
import { readTraceparent, traceparentOf } from '#shared/platform/traces/traceparent.ts';

const [TRACE, SPAN] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

it.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  // Other flags are nobody's business here.
  [`00-${TRACE}-${SPAN}-ff`, true],
  [`00-${TRACE}-${SPAN}-02`, false],
  // A later version may have more to say.
  [`cc-${TRACE}-${SPAN}-01-more`, true],
])('the parser reads %s', (text, sampled) => {
  const read = readTraceparent(text)!;
  expect(read).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  expect(readTraceparent(traceparentOf(read))).toEqual(read);
});

it.each([
  undefined,
  null,
  '',
  'nonsense',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01\n`,
])('the parser takes %j for none', (text) => {
  expect(readTraceparent(text)).toBeUndefined();
});
