/* I10: a secret is asked for only where a person can type it, and is not shown. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askSecretOn } from '../../../../services/cli/view/questions.ts';

const terminal = (isTTY = true) => Object.assign(new PassThrough(), { isTTY });

test.each([
  ['hunter2\n', 'hunter2'],
  [' with spaces \n', ' with spaces '],
  ['\n', ''],
  ['', undefined],
])('I10: the answer %j is taken as %j, and not shown', async (answer, taken) => {
  const input = terminal();
  const output = terminal();
  const asked = askSecretOn(input, output)?.('Yours');
  input.end(answer);
  expect(await asked).toBe(taken);
  expect(String(output.read())).toBe('Yours: \n');
});

test('nobody is asked unless a person is at both ends', () => {
  expect(askSecretOn(terminal(false), terminal())).toBeUndefined();
  expect(askSecretOn(terminal(), terminal(false))).toBeUndefined();
});
