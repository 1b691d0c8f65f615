/* No text from a page has an effect on the terminal, and what is too wide for it is cut between characters. */
import { expect, test } from 'vitest';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { plainJson, plainText } from '../../../../services/cli/view/plain-text.ts';
import { shorten } from '../../../../services/cli/view/shorten.ts';
import { spread } from '../../../../services/cli/view/story-text.ts';
import { terminalOf } from '../../../../services/cli/view/terminal.ts';
import { textTable } from '../../../../services/cli/view/text-table.ts';

test.each([
  [-3, '0 ms'],
  [0.6, '1 ms'],
  [999.4, '999 ms'],
  [1_000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_990, '1 m 00 s'],
  [123_400, '2 m 03 s'],
  [3_599_600, '1 h 00 m'],
  [7_380_000, '2 h 03 m'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ['colours and cursor movements', 'a\x1b[31mred\x1b[0m\x1b[2K\x1b[1Ab', 'aredb'],
  ['a window title', '\x1b]0;owned\x07x', 'x'],
  ['line breaks and tabs', 'one\r\ntwo\tthree\u2028four', 'one two three four'],
  ['single control characters, C1 too', 'a\x00\x07\x08\x7f\x85\x9bb', 'ab'],
  ['what reorders or hides text', 'user\u202egnp.exe\u202c \u200b\u2066x', 'usergnp.exe x'],
])('plain text is without %s', (_, text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('plain text keeps every letter, of any script', () => {
  expect(plainText('Añadir «así» 次へ ✓ 👻')).toBe('Añadir «así» 次へ ✓ 👻');
});

test('JSON for a terminal has no raw control character and reads back the same', () => {
  const value = { text: 'a\x1b[31m\n\x7f\x9b\u202eb\ufeff' };
  const json = plainJson(value);
  expect(json).toBe(plainText(json));
  expect(JSON.parse(json)).toEqual(value);
});

test.each<[EventStep, string]>([
  [{ action: 'goto', url: '/' }, 'goto /'],
  [{ action: 'click', selector: 'text=Add\nto cart' }, 'click text=Add to cart'],
  [{ action: 'fill', selector: '#name', value: '[REDACTED]' }, 'fill #name'],
  [{ action: 'selectOption', selector: '#size', value: ['s', 'l'] }, 'selectOption #size = s, l'],
  [{ action: 'press', key: 'Enter' }, 'press Enter'],
  [
    { action: 'setInputFiles', selector: '#file', files: ['a.png', 'b.png'] },
    'setInputFiles #file ← a.png, b.png',
  ],
  [{ action: 'snapshot' }, 'snapshot'],
  [{ action: 'ponder', selector: '#x' }, 'ponder #x'],
  [{ action: 'constructor' }, 'constructor'],
  [{}, 'step'],
])('the step %o is shown as "%s"', (step, text) => {
  expect(plainText(describeStep(step))).toBe(text);
});

test('a long text is cut by characters, not by halves of them', () => {
  expect(shorten('👻👻👻👻', 3)).toBe('👻👻…');
  expect(shorten('abc', 3)).toBe('abc');
});

test('what is spread ends at the width, or keeps two blanks', () => {
  expect(spread('left', 'right', 12)).toBe('left   right');
  expect(spread('left', 'right', 3)).toBe('left  right');
});

test('columns are as wide as their longest text, colours aside', () => {
  const { red } = createPalette(true);
  const rows = [
    [{ text: 'ID' }, { text: 'STEPS' }, { text: 'LAST' }],
    [{ text: 'a1', paint: red }, { text: '12' }, { text: '' }],
  ];
  expect(textTable(rows, new Set([1]))).toEqual(['ID  STEPS  LAST', '\x1b[31ma1\x1b[39m     12']);
});

const output = (isTTY: boolean, columns?: number) => ({
  isTTY,
  write: () => {},
  ...(columns && { columns }),
});

test.each([
  ['a terminal', {}, true, { colour: true, live: true }],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, true, { colour: false, live: true }],
  ['a terminal with an empty NO_COLOR', { NO_COLOR: '' }, true, { colour: true, live: true }],
  ['a dumb terminal', { TERM: 'dumb' }, true, { colour: false, live: false }],
  ['a pipe', {}, false, { colour: false, live: false }],
  ['a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, false, { colour: true, live: false }],
  ['a pipe with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false, { colour: false, live: false }],
  ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, { colour: false, live: true }],
])('%s: what it can show', (_, env, isTTY, shows) => {
  expect(terminalOf(env, output(isTTY))).toMatchObject({ ...shows, columns: 80 });
});

test('a terminal tells its own width', () => {
  expect(terminalOf({}, output(true, 132)).columns).toBe(132);
});
