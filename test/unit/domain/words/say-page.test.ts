/* No text of a page can turn round the sentence that quotes it. */
import { expect, test } from 'vitest';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfLastLook, textOfSaid } from '#shared/domain/words/say-page.ts';

const TURNED = '\u202etxt.exe';
const SHOWN = '\\u202etxt.exe';

test('what was typed into a dialog cannot turn round the sentence that says so', () => {
  const said = {
    kind: 'dialog',
    dialog: 'prompt',
    text: 'Name?',
    answer: 'accepted',
    typed: TURNED,
  } as const;
  expect(textOfSaid(said, englishWords)).toBe(`prompt Name?: answered with "${SHOWN}"`);
});

test('a dialog without a text is named by its kind', () => {
  const said = { kind: 'dialog', dialog: 'beforeunload', text: '', answer: 'accepted' } as const;
  expect(textOfSaid(said, englishWords)).toBe('beforeunload: accepted');
});

test('the title of a page cannot turn round the sentence that says where it was left', () => {
  const look = { url: 'http://site.test/', title: TURNED };
  expect(textOfLastLook(look, englishWords)).toBe(`Last seen: ${SHOWN} http://site.test/`);
});
