import { defineCommand } from '../../command.ts';
import { connect } from '../../gateway/connect.ts';
import { plainText } from '../../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Ends all sessions of the user of this API key, in every browser, and their event streams.',
    'API keys stay valid, this one included, and runs continue.',
  ],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [['', 'after losing a laptop; also revoke its API keys: ghostly keys']],
  notes: ['The key needs the scope runs:write.'],
  run: async (context) => {
    const { err, outClosed: signal } = context;
    const client = await connect(context);
    const { user } = await client.call('me', {}, { signal });
    await client.call('endTokens', {}, { signal });
    err(`all sessions of ${plainText(user.email)} have ended`);
    return 0;
  },
});
