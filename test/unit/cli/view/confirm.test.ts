/* A cancel goes on only after a clear yes of a person at the terminal. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirmOn } from '../../../../services/cli/view/questions.ts';

const terminal = (isTTY = true) => Object.assign(new PassThrough(), { isTTY });

test.each([
  ['y\n', true],
  ['Yes\n', true],
  [' y \n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
  ['', false],
])('the answer %j is taken as %s', async (answer, isYes) => {
  const input = terminal();
  const output = terminal();
  const asked = confirmOn(input, output)?.('Cancel one run?');
  input.end(answer);
  expect(await asked).toBe(isYes);
  expect(String(output.read())).toContain('Cancel one run? [y/N] ');
});

test('nobody is asked unless a person is at both ends', () => {
  expect(confirmOn(terminal(false), terminal())).toBeUndefined();
  expect(confirmOn(terminal(), terminal(false))).toBeUndefined();
});
