/* A character that would hide a text or turn it round is shown as its code; every script stays readable. */
import { expect, it } from 'vitest';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { cut, shortLine } from '../../../../services/mcp/words.ts';

it('a text that would turn a sentence round, or hide it, is written as its code', () => {
  expect(visible('#a\u202e b\u2066\u200e\ufeff\u001b[31m')).toBe(
    '#a\\u202e b\\u2066\\u200e\\ufeff\\u001b[31m',
  );
  // What is seen as nothing at all, of any plane; and what joins letters that need no joining.
  expect(visible('#b\u200cu\u00ady\u3164\u{e0041}')).toBe('#b\\u200cu\\u00ady\\u3164\\u{e0041}');
  expect(visible('می\u200cخواهم · ❤\ufe0f · 葛\u{e0100}')).toBe('می\u200cخواهم · ❤\ufe0f · 葛\u{e0100}');
  expect(visible('שלום · 👩‍👩‍👧 · #buy')).toBe('שלום · 👩‍👩‍👧 · #buy');
});

it('so are selectors in sentences of the API, and errors and sentences that a model reads', () => {
  expect(textOfSentences([['No element matches ', { code: '#a\u202egnorw' }, '.']])).toBe(
    'No element matches #a\\u202egnorw.',
  );
  expect(shortLine('click #a\u202e:\ntimed out', 100)).toBe('click #a\\u202e: timed out');
  expect(cut('click #a\u202e:\ntimed out', 100)).toBe('click #a\\u202e:\ntimed out');
});
