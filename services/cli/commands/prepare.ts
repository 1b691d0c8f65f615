import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { readAdminAccount } from '../up/admin-account.ts';
import { DatabaseError } from '../up/database-error.ts';
import { forecastText } from '../view/forecast-text.ts';

interface Urls {
  databaseUrl: string;
  setupUrl: string | undefined;
}

/** Prepares the database of an installation that has its own; `ghostly up` does the same by itself. */
export const command = defineCommand({
  about: [
    'Creates or migrates the schema and, in an empty database, the first account with a project. What it prints may be kept',
    'in a log, so it makes no API key unless it is asked to.',
    'Reads DATABASE_SESSION_URL or DATABASE_URL and, for the first account, GHOSTLY_ADMIN_EMAIL (admin@ghostly.local) and',
    'GHOSTLY_ADMIN_PASSWORD.',
    'With GHOSTLY_DATABASE_SETUP_URL (of a role that may create roles and owns the database, or a superuser), first creates',
    'the role of DATABASE_URL, without such rights.',
  ],
  usage: '',
  options: {
    'api-key': {
      type: 'boolean',
      default: false,
      help: 'also make an API key of GHOSTLY_ADMIN_EMAIL, with all scopes, and print it',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      help: 'only show the pending migrations, and which tables they would lock, how, and for how long',
    },
    json: { type: 'boolean', default: false, help: 'with --dry-run: as JSON' },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['--api-key', 'the first API key, on a terminal'],
    ['--dry-run', 'before an upgrade, while the services run'],
  ],
  run: async (context, { 'dry-run': dryRun, 'api-key': needsKey, json }) => {
    const { env } = context;
    const { DATABASE_URL: url, DATABASE_SESSION_URL: sessionUrl, GHOSTLY_DATABASE_SETUP_URL: setup } = env;
    const databaseUrl = sessionUrl || url;
    if (!databaseUrl) throw new UsageError('DATABASE_URL is not set');
    if (json && !dryRun) throw new UsageError('--json requires --dry-run');
    const urls = { databaseUrl, setupUrl: setup || undefined };
    try {
      await (dryRun ? show(context, urls, json) : prepare(context, urls, needsKey));
    } catch (error) {
      throw DatabaseError.from(error);
    }
    return 0;
  },
});

async function prepare({ env, out }: CommandContext, urls: Urls, needsKey: boolean): Promise<void> {
  const { email, password } = readAdminAccount(env);
  const { NoPasswordError, prepareDatabase } = await import('#shared/adapters/database/bootstrap.ts');
  const { created, apiKey } = await prepareDatabase({
    ...urls,
    admin: { email, password },
    needsKey,
    withoutKey: !needsKey,
  }).catch((error: unknown) => {
    throw error instanceof NoPasswordError ? new UsageError('GHOSTLY_ADMIN_PASSWORD is not set') : error;
  });
  out(created ? `Created the account ${email}.` : 'The database is prepared.');
  if (apiKey !== undefined) out(`API key of ${email}, shown only now: ${apiKey}`);
  else if (needsKey) out(`No API key: ${email} is no admin here.`);
}

/** Reads with the setup URL if there is one: the role of the services may not be there yet. */
async function show({ out }: CommandContext, { databaseUrl, setupUrl }: Urls, json: boolean): Promise<void> {
  const { forecastMigrations } = await import('#shared/adapters/database/online/forecast.ts');
  const { listForeign } = await import('#shared/adapters/database/services-role.ts');
  const forecast = await forecastMigrations(setupUrl ?? databaseUrl);
  const newOwner = setupUrl === undefined ? [] : await listForeign(setupUrl, databaseUrl);
  if (json) return out(JSON.stringify({ ...forecast, newOwner }));
  for (const line of forecastText(forecast)) out(line);
  if (newOwner.length > 0)
    out(
      `The role of DATABASE_URL would become the owner of ${newOwner.length} objects, locking each for a moment.`,
    );
}
