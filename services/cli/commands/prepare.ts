import { defineCommand, UsageError } from '../command.ts';
import { readAdminAccount } from '../up/admin-account.ts';
import { DatabaseError } from '../up/database-error.ts';

/** For installations with their own database; `ghostly up` does the same by itself. */
export const command = defineCommand({
  about: [
    'Creates the schema and, in an empty database, the first account with a project and an API key, printed once.',
    'Reads DATABASE_URL, GHOSTLY_ADMIN_EMAIL (admin@ghostly.local) and GHOSTLY_ADMIN_PASSWORD.',
    'With GHOSTLY_DATABASE_SETUP_URL (of a superuser), first creates the role of DATABASE_URL, without superuser rights.',
  ],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [],
  run: async ({ env, out }) => {
    const { DATABASE_URL: databaseUrl, GHOSTLY_DATABASE_SETUP_URL: setup } = env;
    if (!databaseUrl) throw new UsageError('DATABASE_URL is not set');
    const { email, password } = readAdminAccount(env);
    if (password === undefined) throw new UsageError('GHOSTLY_ADMIN_PASSWORD is not set');
    const { prepareDatabase } = await import('#shared/database/bootstrap.ts');
    const preparing = prepareDatabase({
      databaseUrl,
      setupUrl: setup || undefined,
      admin: { email, password },
      needsKey: false,
    });
    const { created, apiKey } = await preparing.catch((error: unknown) => {
      throw DatabaseError.from(error);
    });
    out(
      created
        ? `Created the account ${email}. Its API key, shown only now: ${apiKey}`
        : 'The database is prepared.',
    );
    return 0;
  },
});
