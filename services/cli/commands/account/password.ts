import { text } from 'node:stream/consumers';
import { askForChange, changeFrom, type PasswordChange } from '../../account/new-password.ts';
import { type CommandContext, defineCommand, UsageError } from '../../command.ts';
import { connect } from '../../gateway/connect.ts';
import { plainText } from '../../view/plain-text.ts';

export const command = defineCommand({
  about: ['Changes the password of the user whose API key this is. Ends all sessions; API keys stay valid.'],
  usage: '',
  options: {
    stdin: {
      type: 'boolean',
      default: false,
      help: 'read the current and the new password from stdin, one per line',
    },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['', 'prompts for both, without echo'],
    ['--stdin', 'for scripts; an argument would be visible in the process list'],
  ],
  notes: ['The key needs the scope runs:write.'],
  run: async (context, { stdin }) => {
    const { askSecret, err, outClosed: signal } = context;
    if (!stdin && askSecret === undefined)
      throw new UsageError('no terminal to prompt on: pass both with --stdin');
    if (stdin && process.stdin.isTTY)
      throw new UsageError('--stdin needs a pipe or a file; without it you are prompted, without echo');
    const client = await connect(context);
    const change = await readChange(stdin ? undefined : askSecret);
    const { user } = await client.call('me', {}, { signal });
    await client.call('changePassword', { body: change }, { signal });
    err(`changed the password of ${plainText(user.email)}; all sessions have ended`);
    return 0;
  },
});

const readChange = async (ask: CommandContext['askSecret']): Promise<PasswordChange> =>
  ask === undefined ? changeFrom(await text(process.stdin)) : askForChange(ask);
