import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseParser, type SseMessage } from '#shared/client/sse-parser.ts';

const parse = (...chunks: string[]): SseMessage[] => {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

test('a message has its fields, in whatever order and with whatever line ends they come', () => {
  const expected = [{ event: 'assist', data: '{"seq":7}', id: '7' }];
  expect(parse('event: assist\ndata: {"seq":7}\nid: 7\n\n')).toEqual(expected);
  expect(parse('id:7\r\ndata:{"seq":7}\r\nevent:assist\r\n\r\n')).toEqual(expected);
  expect(parse('id: 7\rdata: {"seq":7}\revent: assist\r\r')).toEqual(expected);
});

test('several data lines are one text, comments and unknown fields are passed over', () => {
  expect(parse('\uFEFF: hello\nretry: 100\nodd\ndata: a\ndata\ndata:  b\n\n')).toEqual([
    { event: 'message', data: 'a\n\n b', id: '' },
  ]);
});

test('a message without data is none, and one without its empty line is not complete', () => {
  expect(parse('event: status\n\n', 'id: 3\n\n', 'data: x\n')).toEqual([]);
});

test('the id stays until there is another, and one with a NUL is none', () => {
  const messages = parse('id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\n');
  expect(messages.map(({ id }) => id)).toEqual(['1', '1', '1']);
});

test('the event name holds for one message only', () => {
  expect(parse('event: end\ndata: a\n\ndata: b\n\n').map(({ event }) => event)).toEqual(['end', 'message']);
});

test('wherever the chunks are cut, the messages are the same', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      'data',
      'data: x',
      'data:y',
      'event: status',
      'id: 4',
      ': ping',
      'other: 1',
      '\uFEFF',
    ),
    fc.string({ maxLength: 6 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  );
  const text = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
    .map((lines) => lines.flat().join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 200 }), { maxLength: 30 }), (whole, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end));
      expect(parse(...chunks)).toEqual(parse(whole));
    }),
  );
});
