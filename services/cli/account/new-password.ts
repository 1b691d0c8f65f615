import { PASSWORD_LENGTH } from '#shared/api/limits.ts';
import { UsageError } from '../command.ts';

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/** The password was not changed. */
export class PasswordError extends Error {
  override readonly name = 'PasswordError';
  readonly code = 'password';
}

/** Asks for the current password once, and for the new one twice. @throws PasswordError */
export async function askForChange(
  askSecret: (question: string) => Promise<string | undefined>,
): Promise<PasswordChange> {
  const ask = async (question: string): Promise<string> => {
    const answer = await askSecret(question);
    if (answer === undefined || answer === '') throw new PasswordError('the password was not changed');
    return answer;
  };
  const currentPassword = await ask('Current password');
  const newPassword = checked(await ask('New password'));
  if ((await ask('New password again')) !== newPassword)
    throw new PasswordError('the two new passwords differ: the password was not changed');
  return { currentPassword, newPassword };
}

/** Two lines: the current password, then the new one. @throws PasswordError, UsageError */
export function changeFrom(input: string): PasswordChange {
  const [currentPassword, newPassword, ...rest] = input.replace(/\r?\n$/, '').split(/\r?\n/);
  if (!currentPassword || newPassword === undefined || rest.length > 0)
    throw new UsageError('--stdin reads two lines: the current password, then the new one');
  return { currentPassword, newPassword: checked(newPassword) };
}

function checked(password: string): string {
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max)
    throw new PasswordError(`a password must have ${min} to ${max} characters: it was not changed`);
  return password;
}
