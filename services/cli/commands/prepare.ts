import { defineCommand, UsageError } from '../command.ts';

/** For installations with a database of their own; `ghostly up` does the same by itself. */
export const command = defineCommand({
  usage: '',
  help: [
    'Makes the schema, and in an empty database the first account, its project and an API key, which is printed once.',
    '',
    'Reads DATABASE_URL, GHOSTLY_ADMIN_EMAIL (admin@ghostly.local) and GHOSTLY_ADMIN_PASSWORD.',
  ],
  options: {},
  positionals: { min: 0, max: 0 },
  run: async ({ env, out }) => {
    const { DATABASE_URL: databaseUrl, GHOSTLY_ADMIN_PASSWORD: password } = env;
    if (!databaseUrl) throw new UsageError('DATABASE_URL is not set');
    if (!password) throw new UsageError('GHOSTLY_ADMIN_PASSWORD is not set');
    const email = env.GHOSTLY_ADMIN_EMAIL || 'admin@ghostly.local';
    const { prepareDatabase } = await import('#shared/database/bootstrap.ts');
    const { created, apiKey } = await prepareDatabase({ databaseUrl, admin: { email, password } });
    out(
      created
        ? `Made the account ${email}. Its API key, shown only now: ${apiKey}`
        : 'The database is prepared.',
    );
    return 0;
  },
});
