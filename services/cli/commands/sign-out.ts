import { defineCommand } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { plainText } from '../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Ends all sign-ins, in every browser, of the user whose API key this is, and what they watch.',
    'API keys stay, this one included, and runs go on.',
  ],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [['', 'after a laptop was lost; then revoke its keys, too: ghostly keys']],
  notes: ['The key needs the scope runs:write.'],
  run: async (context) => {
    const { err, outClosed: signal } = context;
    const client = await connect(context);
    const { user } = await client.call('me', {}, { signal });
    await client.call('endTokens', {}, { signal });
    err(`all sign-ins of ${plainText(user.email)} have ended`);
    return 0;
  },
});
