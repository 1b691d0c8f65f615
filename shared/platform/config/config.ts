import { resolve } from 'node:path';
import { z } from 'zod';
import { isLabel, LONGEST_LABEL, MOST_LABELS, sortedLabels } from '#shared/domain/run/labels.ts';
import { privateKeyText, publicKeyText } from '#shared/platform/seal/key-text.ts';
import { readAttributes } from './attributes.ts';
import { readBucketAddress } from './bucket.ts';
import { readEgressPolicy } from './egress/policy.ts';

/** A variable of the environment that cannot be used. Its message is one line for the operator. */
export class ConfigError extends Error {
  readonly code = 'config';
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: ({ input }) => `must be a whole number from ${min} to ${max}, not "${String(input)}"`,
    })
    .transform(Number);
/** The most runs at once; without it, no limit. */
const runs = wholeNumber(1, 1_000_000).optional();
/** The most that is kept of something, in MiB; infinite without a limit. */
const mib = z
  .literal('none')
  .transform(() => Number.POSITIVE_INFINITY)
  .or(wholeNumber(1, 100_000_000));
const ms = (fallback: number, min = 1) => wholeNumber(min, 86_400_000).default(fallback);
const days = z
  .string()
  .refine((text) => /^\d{1,5}(\.\d{1,6})?$/.test(text) && Number(text) > 0 && Number(text) <= 36_500, {
    error: ({ input }) => `must be a number of days above 0 and up to 36500, not "${String(input)}"`,
  })
  .transform(Number);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
const labels = list
  .refine((given) => given.every(isLabel), {
    error: `must be labels of 1 to ${LONGEST_LABEL} of a-z, 0-9, ".", "_" and "-", that begin and end with a letter or digit, separated by commas`,
  })
  .transform(sortedLabels)
  .refine((given) => given.length <= MOST_LABELS, { error: `must be at most ${MOST_LABELS} labels` });
const isPublicUrl = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');
const path = z.string().transform((text) => resolve(text));

/** What `read` makes of the text, and what it throws as the issue. */
const readBy = <T>(read: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
/** Kept as text: another process applies it. */
const egress = readBy((text) => readEgressPolicy(text).text).default('public');
const onOff = z.enum(['on', 'off']).transform((given) => given === 'on');

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');
/** So much that it cannot be guessed from a token, which anyone who has one may try without end. */
const secret = z.string().min(32, 'must have at least 32 characters');

/** Every variable that the services know, with its unit and default. Nothing else reads the environment. */
const variables = {
  DATABASE_URL: postgresUrl,
  DATABASE_SESSION_URL: postgresUrl.optional(),
  GHOSTLY_DATABASE_CONNECTIONS: wholeNumber(2, 100).optional(),
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'must be a nats:// URL'),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4_000),
  GHOSTLY_HEALTH_PORT: wholeNumber(0, 65_535).optional(),
  GHOSTLY_HOME: path.default(resolve('.ghostly')),
  GHOSTLY_ARTIFACTS: readBy(readBucketAddress).optional(),
  GHOSTLY_ARTIFACT_LINKS: onOff.default(false),
  GHOSTLY_S3_ENDPOINT: httpUrl.optional(),
  GHOSTLY_S3_PUBLIC_ENDPOINT: httpUrl.optional(),
  GHOSTLY_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a region, e.g. eu-central-1')
    .optional(),
  GHOSTLY_S3_PATH_STYLE: onOff.optional(),
  GHOSTLY_SPOOL_MIB: wholeNumber(1, 100_000_000).default(1_024),
  GHOSTLY_SPOOL_WAIT_MS: ms(3_000, 0),
  GHOSTLY_JWT_SECRET: secret,
  GHOSTLY_JWT_SECRET_PREVIOUS: secret.optional(),
  GHOSTLY_SEAL_KEY: readBy(privateKeyText).optional(),
  GHOSTLY_SEAL_PUBLIC_KEY: readBy(publicKeyText).optional(),
  GHOSTLY_OIDC_JWKS_URL: httpUrl.optional(),
  GHOSTLY_OIDC_ISSUER: z.string().optional(),
  GHOSTLY_OIDC_AUDIENCE: z.string().optional(),
  GHOSTLY_TRUSTED_PROXIES: wholeNumber(0, 16).default(0),
  RUNNER_NAME: z
    .string()
    .regex(/^[!-~]{1,253}$/, 'must be 1 to 253 printable characters without spaces')
    .optional(),
  RUNNER_SLOTS: z.literal('auto').or(wholeNumber(1, 1_000)).default('auto'),
  GHOSTLY_LABELS: labels,
  CHROMIUM_PATH: z.string().optional(),
  GHOSTLY_SHARE_BROWSERS: onOff.default(false),
  GHOSTLY_SPARE_CONTEXTS: wholeNumber(0, 16).default(2),
  GHOSTLY_SANDBOX: z.enum(['auto', 'on', 'off']).default('auto'),
  GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN: mib.default(64),
  GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT: mib.default(20_480),
  GHOSTLY_MAX_PLAYWRIGHT_TRACE_MIB: wholeNumber(1, 1_024).default(20),
  GHOSTLY_EGRESS: egress,
  GHOSTLY_WEBHOOK_TIMEOUT_MS: wholeNumber(100, 120_000).default(15_000),
  GHOSTLY_WEBHOOK_RETRY_MS: wholeNumber(10, 3_600_000).default(5_000),
  GHOSTLY_WEBHOOK_RETRY_DAYS: days.default(3),
  GHOSTLY_WEBHOOK_LOG_DAYS: days.default(7),
  GHOSTLY_LEASE_MS: ms(10_000, 100),
  GHOSTLY_CANCEL_GRACE_MS: ms(2_500, 10),
  GHOSTLY_DRAIN_MS: ms(10_000, 0),
  GHOSTLY_QUEUE_TIMEOUT_MS: ms(3_600_000),
  GHOSTLY_MAX_DURATION_MS: wholeNumber(1, 86_400_000).optional(),
  GHOSTLY_MAX_QUEUED_PER_USER: wholeNumber(1, 1_000_000).default(100_000),
  GHOSTLY_MAX_QUEUED_PER_PROJECT: runs,
  GHOSTLY_MAX_RUNNING_PER_USER: runs,
  GHOSTLY_MAX_RUNNING_PER_PROJECT: runs,
  GHOSTLY_MAX_PROJECTS_PER_USER: wholeNumber(1, 100_000).default(1_000),
  GHOSTLY_MAX_MEMBERSHIPS_PER_USER: wholeNumber(1, 100_000).default(2_000),
  GHOSTLY_MAX_MEMBERS_PER_PROJECT: wholeNumber(1, 100_000).default(1_000),
  GHOSTLY_MAX_KEYS_PER_USER: wholeNumber(1, 100_000).default(1_000),
  GHOSTLY_MAX_INVITATIONS_PER_USER: wholeNumber(1, 10_000).default(100),
  GHOSTLY_MAX_INVITATIONS_PER_PROJECT: wholeNumber(1, 10_000).default(100),
  GHOSTLY_MAX_WEBHOOKS_PER_PROJECT: wholeNumber(1, 100).default(20),
  GHOSTLY_MAX_FLOWS_PER_PROJECT: wholeNumber(1, 1_000_000).default(10_000),
  GHOSTLY_MAX_SECRETS_PER_PROJECT: wholeNumber(1, 1_000_000).default(1_000),
  GHOSTLY_MAX_STREAMS_PER_USER: wholeNumber(1, 1_000_000).default(1_000),
  GHOSTLY_MAX_WAITING_PER_USER: wholeNumber(1, 1_000_000).default(1_000),
  GHOSTLY_MAX_CONSUMERS_PER_USER: wholeNumber(2, 100_000).default(100),
  GHOSTLY_UPLOAD_DIR: path.optional(),
  GHOSTLY_CORS_ORIGINS: list,
  GHOSTLY_VIEWER_PORT: z.literal('off').or(wholeNumber(0, 65_535)).default(0),
  GHOSTLY_VIEWER_URL: httpUrl.optional(),
  GHOSTLY_PUBLIC_URL: list.refine((urls) => urls.every(isPublicUrl), {
    error: 'must be http:// or https:// URLs, separated by commas',
  }),
  GHOSTLY_WEB_DIR: path.optional(),
  GHOSTLY_NATS_ISSUER_SEED: z
    .string()
    .regex(/^SA[A-Z2-7]{56}$/, 'must be the seed of an account, SA…')
    .optional(),
  GHOSTLY_EVENTS_MIB: wholeNumber(1, 100_000_000).default(1_024),
  GHOSTLY_EVENTS_DAYS: wholeNumber(1, 36_500).default(7),
  GHOSTLY_EVENTS_REPLICAS: wholeNumber(1, 5).optional(),
  GHOSTLY_RETENTION_DAYS: days.default(30),
  GHOSTLY_KUBERNETES_API: z.url({ protocol: /^https$/, error: 'must be an https:// URL' }).optional(),
  GHOSTLY_KUBERNETES_ACCOUNT: path.default('/var/run/secrets/kubernetes.io/serviceaccount'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([
      ...(['always_on', 'always_off', 'traceidratio'] as const),
      ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .refine((text) => /^(0|1|[01]?\.\d{1,9})$/.test(text) && Number(text) <= 1, {
      error: ({ input }) => `must be a number from 0 to 1, not "${String(input)}"`,
    })
    .transform(Number)
    .default(1),
  OTEL_RESOURCE_ATTRIBUTES: readBy(readAttributes).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

export type Variable = keyof typeof variables;
export type Config<Names extends Variable = Variable> = { [N in Names]: z.infer<(typeof variables)[N]> };

export const COMMON = [
  'DATABASE_URL',
  'DATABASE_SESSION_URL',
  'GHOSTLY_DATABASE_CONNECTIONS',
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
  const read = Object.fromEntries(names.map((name) => [name, readVariable(env, name)])) as Config<Names>;
  checkGrace(read);
  checkOidc(read);
  checkLinks(read);
  checkWebhooks(read);
  return read;
}

const OIDC = ['GHOSTLY_OIDC_JWKS_URL', 'GHOSTLY_OIDC_ISSUER', 'GHOSTLY_OIDC_AUDIENCE'] as const;

/** A partly configured issuer would admit nobody, or everybody. */
function checkOidc(read: Partial<Config>): void {
  const unset = OIDC.filter((name) => name in read && read[name] === undefined);
  if (unset.length > 0 && OIDC.some((name) => read[name] !== undefined))
    throw new ConfigError(`${unset.join(', ')}: has to be set too; ${OIDC.join(', ')} go together`);
}

function checkLinks(read: Partial<Config>): void {
  if (read.GHOSTLY_ARTIFACT_LINKS && 'GHOSTLY_ARTIFACTS' in read && read.GHOSTLY_ARTIFACTS === undefined)
    throw new ConfigError('GHOSTLY_ARTIFACT_LINKS: only an object store (GHOSTLY_ARTIFACTS) can make links');
}

function checkWebhooks(read: Partial<Config>): void {
  const { GHOSTLY_WEBHOOK_RETRY_DAYS: retry, GHOSTLY_WEBHOOK_LOG_DAYS: log } = read;
  if (retry !== undefined && log !== undefined && log <= retry)
    throw new ConfigError(
      `GHOSTLY_WEBHOOK_LOG_DAYS (${log}; ${unset('GHOSTLY_WEBHOOK_LOG_DAYS')} if not set) must be more than GHOSTLY_WEBHOOK_RETRY_DAYS (${retry}; ${unset('GHOSTLY_WEBHOOK_RETRY_DAYS')} if not set)`,
    );
}

function checkGrace({ GHOSTLY_LEASE_MS: lease, GHOSTLY_CANCEL_GRACE_MS: grace }: Partial<Config>): void {
  if (lease !== undefined && grace !== undefined && grace > 0.3 * lease)
    throw new ConfigError(
      `GHOSTLY_CANCEL_GRACE_MS (${grace}; ${unset('GHOSTLY_CANCEL_GRACE_MS')} if not set) must not exceed 0.3 of GHOSTLY_LEASE_MS (${lease})`,
    );
}

const unset = (name: Variable): unknown => readVariable({}, name);

function readVariable(env: NodeJS.ProcessEnv, name: Variable): unknown {
  const given = env[name] === '' ? undefined : env[name];
  const result = variables[name].safeParse(given);
  if (result.success) return result.data;
  const { message } = result.error.issues[0]!;
  throw new ConfigError(given === undefined ? `${name} is not set` : `${name}: ${message}`);
}
