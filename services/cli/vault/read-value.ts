/* The value of a secret, from a prompt or from stdin: an argument would be visible in the process list. */
import { text } from 'node:stream/consumers';
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import { type CommandContext, UsageError } from '../command.ts';

/** The fields of a value, as the API takes them. */
export type GivenValue =
  | { kind: 'text'; value: string }
  | { kind: 'login'; username: string; password: string }
  | { kind: 'totp'; uri: string };

/** @throws UsageError */
export async function readValue(
  kind: SecretKind,
  { stdin, context: { askSecret } }: { stdin: boolean; context: CommandContext },
): Promise<GivenValue> {
  if (stdin) {
    if (process.stdin.isTTY)
      throw new UsageError('--stdin needs a pipe or a file; without it you are prompted, without echo');
    return valueFrom(kind, await text(process.stdin));
  }
  if (askSecret === undefined) throw new UsageError('no terminal to prompt on: give the value with --stdin');
  return askForValue(kind, askSecret);
}

async function askForValue(
  kind: SecretKind,
  askSecret: (question: string) => Promise<string | undefined>,
): Promise<GivenValue> {
  const ask = async (question: string): Promise<string> => {
    const answer = await askSecret(question);
    if (!answer) throw new UsageError('no value was given: the secret was not stored');
    return answer;
  };
  if (kind === 'text') return { kind, value: await ask('Value') };
  if (kind === 'totp') return { kind, uri: await ask('otpauth:// URI') };
  return { kind, username: await ask('User name'), password: await ask('Password') };
}

/** All of stdin but its last line break; of a login two lines, or JSON. @throws UsageError */
function valueFrom(kind: SecretKind, input: string): GivenValue {
  const whole = input.replace(/\r?\n$/, '');
  if (whole === '') throw new UsageError('--stdin has read nothing');
  if (kind === 'text') return { kind, value: whole };
  if (kind === 'totp') return { kind, uri: whole.trim() };
  const [username, password, ...rest] = whole.split(/\r?\n/);
  const given = loginIn(whole) ?? { username, password };
  if (!given.username || !given.password || (rest.length > 0 && given.username === username))
    throw new UsageError(
      '--stdin reads two lines of a login, the user name and the password, or JSON: {"username": …, "password": …}',
    );
  return { kind, username: given.username, password: given.password };
}

function loginIn(whole: string): { username: string; password: string } | undefined {
  try {
    const { username, password } = JSON.parse(whole) as Record<string, unknown>;
    return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}
