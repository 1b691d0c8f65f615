import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { registerBody } from '#shared/api/contract/accounts/accounts.ts';
import { issueText } from '#shared/api/contract/errors/issues.ts';
import { ConfigError } from '#shared/platform/config/config.ts';

export interface AdminAccount {
  email: string;
  password: string | undefined;
}

const FIELDS = {
  GHOSTLY_ADMIN_EMAIL: registerBody.shape.email,
  GHOSTLY_ADMIN_PASSWORD: registerBody.shape.password,
};

const readField = (env: Environment, name: keyof typeof FIELDS): string | undefined => {
  const given = env[name] || undefined;
  if (given === undefined) return undefined;
  const result = FIELDS[name].safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(`${name}: ${issueText(result.error.issues[0]!.message)}`);
};

/** The first account, from the environment; validated like any other account. @throws ConfigError, without the value */
export const readAdminAccount = (env: Environment): AdminAccount => ({
  email: readField(env, 'GHOSTLY_ADMIN_EMAIL') ?? 'admin@ghostly.local',
  password: readField(env, 'GHOSTLY_ADMIN_PASSWORD'),
});
