import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

/** A variable of the environment that cannot be used. Its message is one line for the operator. */
export class ConfigError extends Error {
  readonly code = 'config';
}

const ms = (fallback: number, min = 1) => z.coerce.number().int().min(min).max(86_400_000).default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
const path = z.string().transform((text) => resolve(text));

/** Every variable that the services know, with its unit and default. Nothing else reads the environment. */
const variables = {
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'must be a nats:// URL'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4_000),
  GHOSTLY_HOME: path.default(resolve('.ghostly')),
  GHOSTLY_JWT_SECRET: z.string().min(16, 'must have at least 16 characters'),
  RUNNER_SLOTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(availableParallelism() * 2),
  CHROMIUM_PATH: z.string().optional(),
  GHOSTLY_SANDBOX: z.enum(['auto', 'on', 'off']).default('auto'),
  GHOSTLY_LEASE_MS: ms(10_000, 100),
  GHOSTLY_CANCEL_GRACE_MS: ms(2_500, 10),
  GHOSTLY_DRAIN_MS: ms(10_000, 0),
  GHOSTLY_QUEUE_TIMEOUT_MS: ms(3_600_000),
  GHOSTLY_UPLOAD_DIR: path.optional(),
  GHOSTLY_CORS_ORIGINS: list,
  GHOSTLY_RETENTION_DAYS: z.coerce.number().positive().max(36_500).default(30),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

type Variable = keyof typeof variables;
export type Config<Names extends Variable = Variable> = { [N in Names]: z.infer<(typeof variables)[N]> };

export const COMMON = [
  'DATABASE_URL',
  'NATS_URL',
  'GHOSTLY_HOME',
  'GHOSTLY_LEASE_MS',
  'GHOSTLY_CANCEL_GRACE_MS',
  'LOG_LEVEL',
] as const;

/**
 * Reads the named variables; an empty one counts as not set. Pure. Throws {@link ConfigError} naming the first bad one.
 */
export function readConfig<Names extends Variable>(
  env: NodeJS.ProcessEnv,
  names: readonly Names[],
): Config<Names> {
  const read = Object.fromEntries(names.map((name) => [name, readVariable(env, name)]));
  const { GHOSTLY_LEASE_MS: lease, GHOSTLY_CANCEL_GRACE_MS: grace } = read;
  if (typeof lease === 'number' && typeof grace === 'number' && grace > 0.3 * lease)
    throw new ConfigError(
      `GHOSTLY_CANCEL_GRACE_MS (${grace}) must not exceed 0.3 of GHOSTLY_LEASE_MS (${lease})`,
    );
  return read as Config<Names>;
}

function readVariable(env: NodeJS.ProcessEnv, name: Variable): unknown {
  const given = env[name] === '' ? undefined : env[name];
  const result = variables[name].safeParse(given);
  if (result.success) return result.data;
  const { message } = result.error.issues[0]!;
  throw new ConfigError(given === undefined ? `${name} is not set` : `${name}: ${message}`);
}
