/* I10: a password is changed only with the old one and a clear new one, and unclear input changes nothing. */
import { describe, expect, it } from 'vitest';
import { askForChange, changeFrom } from '../../../../services/cli/account/new-password.ts';

const OLD = 'the old one';
const NEW = 'quite another one';
const answering =
  (...answers: (string | undefined)[]) =>
  async () =>
    answers.shift();

describe('I10: a change of a password', () => {
  it('is asked for: the old one, and twice the new one', async () => {
    expect(await askForChange(answering(OLD, NEW, NEW))).toEqual({ currentPassword: OLD, newPassword: NEW });
  });

  it.each([
    [[undefined], 'was not changed'],
    [[''], 'was not changed'],
    [[OLD, undefined], 'was not changed'],
    [[OLD, 'short'], 'a password must have 8 to 1024 characters'],
    [[OLD, 'x'.repeat(1_025)], 'a password must have 8 to 1024 characters'],
    [[OLD, NEW, `${NEW}!`], 'the two new passwords differ'],
    [[OLD, NEW, undefined], 'was not changed'],
  ])('is not made with the answers %j', async (answers, reason) => {
    await expect(askForChange(answering(...answers))).rejects.toThrow(reason);
  });

  it.each([`${OLD}\n${NEW}`, `${OLD}\n${NEW}\n`, `${OLD}\r\n${NEW}\r\n`])('is read from %j', (input) => {
    expect(changeFrom(input)).toEqual({ currentPassword: OLD, newPassword: NEW });
  });

  it('keeps the spaces around a password', () => {
    expect(changeFrom(` ${OLD} \n ${NEW} \n`)).toEqual({
      currentPassword: ` ${OLD} `,
      newPassword: ` ${NEW} `,
    });
  });

  it.each(['', '\n', OLD, `${OLD}\n`, `\n${NEW}\n`, `${OLD}\n${NEW}\n${NEW}\n`])(
    'is not read from %j',
    (input) => {
      expect(() => changeFrom(input)).toThrow(/two lines|a password has/);
    },
  );
});
