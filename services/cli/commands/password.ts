import { text } from 'node:stream/consumers';
import { askForChange, changeFrom, type PasswordChange } from '../account/new-password.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { plainText } from '../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Changes the password of the user whose API key this is. All sign-ins with the old one end; API keys stay.',
  ],
  usage: '',
  options: {
    stdin: { type: 'boolean', default: false, help: 'read the old and the new one from stdin, a line each' },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['', 'asks for both; what is typed is not shown'],
    ['--stdin', 'for scripts; as an argument it would be in the list of processes'],
  ],
  notes: ['The key needs the scope runs:write. Exit code 0: changed; 1: refused, or no answer.'],
  run: async (context, { stdin }) => {
    const { askSecret, err, outClosed: signal } = context;
    if (!stdin && askSecret === undefined)
      throw new UsageError('nobody can be asked here: give both with --stdin');
    if (stdin && process.stdin.isTTY)
      throw new UsageError('--stdin is for a pipe or a file: without it you are asked, unseen');
    const client = await connect(context);
    const change = await readChange(stdin ? undefined : askSecret);
    const { user } = await client.call('me', {}, { signal });
    await client.call('changePassword', { body: change }, { signal });
    err(`the password of ${plainText(user.email)} is changed, and all of its sign-ins have ended`);
    return 0;
  },
});

const readChange = async (ask: CommandContext['askSecret']): Promise<PasswordChange> =>
  ask === undefined ? changeFrom(await text(process.stdin)) : askForChange(ask);
