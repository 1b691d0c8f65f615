/* I8: each variable is read as it is meant, and one that cannot be right is refused by its name. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';

const PRIVATE = newPrivateKeyText();

type Name = Parameters<typeof readConfig>[1][number];
const read = (name: Name, value?: string) => readConfig({ [name]: value }, [name])[name];

const SWITCH = { on: true, off: false };
/** What each variable is when it is not set, when it is set well, to as it was written or otherwise, and what it refuses. */
const VARIABLES: Record<Name, { unset: unknown; good: string[] | Record<string, unknown>; bad: string[] }> = {
  DATABASE_URL: {
    unset: ConfigError,
    good: ['postgres://u:p@h:5432/d', 'postgresql://h/d'],
    bad: ['mysql://h/d', 'h:5432'],
  },
  DATABASE_SESSION_URL: {
    unset: undefined,
    good: ['postgres://u:p@h:5432/d'],
    bad: ['mysql://h/d', 'h:5432'],
  },
  GHOSTLY_DATABASE_CONNECTIONS: { unset: undefined, good: { '2': 2 }, bad: ['1', '101', '2.5', 'many'] },
  NATS_URL: { unset: ConfigError, good: ['nats://h:4222', 'tls://h'], bad: ['http://h', 'h:4222'] },
  HOST: { unset: '127.0.0.1', good: ['0.0.0.0'], bad: [] },
  PORT: { unset: 4_000, good: { '0': 0, '65535': 65_535 }, bad: ['-1', '65536', '80.5', 'http'] },
  GHOSTLY_HEALTH_PORT: { unset: undefined, good: { '0': 0, '4001': 4_001 }, bad: ['-1', '65536', 'http'] },
  GHOSTLY_HOME: { unset: resolve('.ghostly'), good: { home: resolve('home'), '/var/x': '/var/x' }, bad: [] },
  GHOSTLY_ARTIFACTS: {
    unset: undefined,
    good: {
      's3://runs': { bucket: 'runs', prefix: '' },
      's3://my.bucket-1/': { bucket: 'my.bucket-1', prefix: '' },
      's3://runs/ghostly/prod': { bucket: 'runs', prefix: 'ghostly/prod/' },
      's3://runs/a_b.c/': { bucket: 'runs', prefix: 'a_b.c/' },
    },
    bad: [
      'https://runs.s3.amazonaws.com',
      's3://',
      's3:runs',
      's3://Runs',
      's3://a',
      's3://-runs',
      's3://a..b',
      's3://runs//x',
      's3://runs/../x',
      's3://runs/a b',
      's3://runs/a?b',
      's3://key:secret@runs',
      '/data',
    ],
  },
  GHOSTLY_ARTIFACT_LINKS: { unset: false, good: SWITCH, bad: ['yes', '60'] },
  GHOSTLY_S3_ENDPOINT: { unset: undefined, good: ['http://minio:9000'], bad: ['minio:9000', 's3://minio'] },
  GHOSTLY_S3_PUBLIC_ENDPOINT: {
    unset: undefined,
    good: ['https://store.example.com'],
    bad: ['store.example.com', 's3://store'],
  },
  GHOSTLY_S3_REGION: { unset: undefined, good: ['eu-central-1'], bad: ['eu central'] },
  GHOSTLY_S3_PATH_STYLE: { unset: undefined, good: SWITCH, bad: ['true'] },
  GHOSTLY_SPOOL_MIB: { unset: 1_024, good: { '1': 1 }, bad: ['0', '1.5', '1GiB'] },
  GHOSTLY_SPOOL_WAIT_MS: { unset: 3_000, good: { '0': 0 }, bad: ['-1', '1h'] },
  GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN: {
    unset: 64,
    good: { '10': 10, none: Number.POSITIVE_INFINITY },
    bad: ['0', '10MiB'],
  },
  GHOSTLY_MAX_PLAYWRIGHT_TRACE_MIB: { unset: 20, good: { '5': 5 }, bad: ['0', 'none', '5MiB'] },
  GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT: {
    unset: 20_480,
    good: { '10': 10, none: Number.POSITIVE_INFINITY },
    bad: ['0', '-1'],
  },
  GHOSTLY_EGRESS: {
    unset: 'public',
    good: { any: 'any', 'Public, *.Example.com , 10.0.0.0/8': 'public,*.example.com,10.0.0.0/8' },
    bad: [',', 'private:443', '10.0.0.0/33', '169.254.169.254', 'public,http://a.b'],
  },
  GHOSTLY_JWT_SECRET: {
    unset: ConfigError,
    good: ['0123456789abcdef0123456789abcdef'],
    bad: ['0123456789abcdef', '0123456789abcdef0123456789abcde'],
  },
  GHOSTLY_JWT_SECRET_PREVIOUS: {
    unset: undefined,
    good: ['0123456789abcdef0123456789abcdef'],
    bad: ['0123456789abcdef', '0123456789abcdef0123456789abcde'],
  },
  GHOSTLY_SEAL_KEY: {
    unset: undefined,
    good: {
      [PRIVATE]: PRIVATE,
      [`${PRIVATE},gspriv_${'Q'.repeat(43)}`]: `${PRIVATE},gspriv_${'Q'.repeat(43)}`,
    },
    bad: ['A'.repeat(43), `${PRIVATE},`, PRIVATE.slice(0, -1), publicTextOf(PRIVATE)],
  },
  // A key of zeros would make the same secret with every other.
  GHOSTLY_SEAL_PUBLIC_KEY: {
    unset: undefined,
    good: [publicTextOf(PRIVATE)],
    bad: ['A'.repeat(43), PRIVATE, `gspub_${'A'.repeat(43)}`],
  },
  GHOSTLY_NATS_ISSUER_SEED: {
    unset: undefined,
    good: { [`SA${'B'.repeat(56)}`]: `SA${'B'.repeat(56)}` },
    bad: ['SA', `SU${'B'.repeat(56)}`, `SA${'b'.repeat(56)}`, `A${'B'.repeat(55)}`],
  },
  GHOSTLY_OIDC_JWKS_URL: {
    unset: undefined,
    good: {
      'https://id.example/keys': 'https://id.example/keys',
      'http://keycloak:8080/keys': 'http://keycloak:8080/keys',
    },
    bad: ['file:///etc/keys', 'id.example/keys', 'keys'],
  },
  GHOSTLY_OIDC_ISSUER: { unset: undefined, good: ['https://id.example/'], bad: [] },
  GHOSTLY_OIDC_AUDIENCE: { unset: undefined, good: ['ghostly'], bad: [] },
  GHOSTLY_TRUSTED_PROXIES: { unset: 0, good: { '2': 2 }, bad: ['-1', '17', 'all', '1.5'] },
  RUNNER_NAME: { unset: undefined, good: ['ghostly-runner-7d4b9-x2x4z'], bad: ['a b', 'ñ', 'x'.repeat(254)] },
  RUNNER_SLOTS: { unset: 'auto', good: { auto: 'auto', '1': 1 }, bad: ['0', '1001', '1.5', 'two'] },
  GHOSTLY_LABELS: {
    unset: [],
    good: {
      ' gpu,eu-west , gpu': ['eu-west', 'gpu'],
      'a,b,c,d,e,f,a': [...'abcdef'],
      ['x'.repeat(63)]: ['x'.repeat(63)],
    },
    bad: ['GPU', 'a b', '-a', 'a.', 'zone=eu', 'ñ', 'a,b,c,d,e,f,g', 'x'.repeat(64)],
  },
  CHROMIUM_PATH: { unset: undefined, good: ['/usr/bin/chromium'], bad: [] },
  GHOSTLY_SHARE_BROWSERS: { unset: false, good: SWITCH, bad: ['yes', 'true', '1'] },
  GHOSTLY_SPARE_CONTEXTS: { unset: 2, good: { '0': 0, '16': 16 }, bad: ['-1', '17', 'on'] },
  GHOSTLY_SANDBOX: { unset: 'auto', good: ['on', 'off'], bad: ['yes', 'ON'] },
  GHOSTLY_LEASE_MS: { unset: 10_000, good: { '100': 100 }, bad: ['99', '1e9', '10s', '0x10'] },
  GHOSTLY_CANCEL_GRACE_MS: { unset: 2_500, good: { '10': 10 }, bad: ['9', '-1', 'none'] },
  GHOSTLY_DRAIN_MS: { unset: 10_000, good: { '0': 0 }, bad: ['-1', 'soon'] },
  GHOSTLY_MAX_DURATION_MS: { unset: undefined, good: { '60000': 60_000 }, bad: ['0', '86400001', 'x'] },
  GHOSTLY_QUEUE_TIMEOUT_MS: { unset: 3_600_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_QUEUED_PER_USER: { unset: 100_000, good: { '1': 1 }, bad: ['0', '-1', 'many'] },
  GHOSTLY_MAX_PROJECTS_PER_USER: { unset: 1_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_MEMBERSHIPS_PER_USER: { unset: 2_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_MEMBERS_PER_PROJECT: { unset: 1_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_KEYS_PER_USER: { unset: 1_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_INVITATIONS_PER_USER: { unset: 100, good: { '1': 1 }, bad: ['0', '1.5', '10001'] },
  GHOSTLY_MAX_INVITATIONS_PER_PROJECT: { unset: 100, good: { '1': 1 }, bad: ['0', '1.5', '10001'] },
  GHOSTLY_MAX_FLOWS_PER_PROJECT: { unset: 10_000, good: { '1000000': 1_000_000 }, bad: ['0', '1000001'] },
  GHOSTLY_MAX_SECRETS_PER_PROJECT: { unset: 1_000, good: { '100000': 100_000 }, bad: ['0', '1000001'] },
  GHOSTLY_MAX_WEBHOOKS_PER_PROJECT: { unset: 20, good: { '100': 100 }, bad: ['0', '101'] },
  GHOSTLY_WEBHOOK_TIMEOUT_MS: { unset: 15_000, good: { '500': 500 }, bad: ['99', '1s'] },
  GHOSTLY_WEBHOOK_RETRY_MS: { unset: 5_000, good: { '10': 10 }, bad: ['9', '5s'] },
  GHOSTLY_WEBHOOK_RETRY_DAYS: { unset: 3, good: { '0.5': 0.5 }, bad: ['0', '-1'] },
  GHOSTLY_WEBHOOK_LOG_DAYS: { unset: 7, good: { '14': 14 }, bad: ['0', 'ever'] },
  GHOSTLY_MAX_WAITING_PER_USER: { unset: 1_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_STREAMS_PER_USER: { unset: 1_000, good: { '1': 1 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_CONSUMERS_PER_USER: { unset: 100, good: { '2': 2 }, bad: ['1', '1.5'] },
  GHOSTLY_MAX_QUEUED_PER_PROJECT: { unset: undefined, good: { '50': 50 }, bad: ['0', '1.5'] },
  GHOSTLY_MAX_RUNNING_PER_USER: { unset: undefined, good: { '2': 2 }, bad: ['0', 'all'] },
  GHOSTLY_MAX_RUNNING_PER_PROJECT: { unset: undefined, good: { '9': 9 }, bad: ['0', '1000001'] },
  GHOSTLY_UPLOAD_DIR: { unset: undefined, good: { files: resolve('files') }, bad: [] },
  GHOSTLY_VIEWER_PORT: { unset: 0, good: { '4002': 4_002, off: 'off' }, bad: ['none', '-1', '70000'] },
  GHOSTLY_VIEWER_URL: {
    unset: undefined,
    good: ['https://traces.example.com'],
    bad: ['traces.example.com', 'ftp://x'],
  },
  GHOSTLY_PUBLIC_URL: {
    unset: [],
    good: {
      'https://ghostly.example.com, http://gateway:4000': [
        'https://ghostly.example.com',
        'http://gateway:4000',
      ],
    },
    bad: ['ghostly.example.com', 'ftp://x'],
  },
  GHOSTLY_CORS_ORIGINS: {
    unset: [],
    good: { ' http://a , ,http://b ': ['http://a', 'http://b'], '*': ['*'] },
    bad: [],
  },
  GHOSTLY_WEB_DIR: { unset: undefined, good: { web: resolve('web') }, bad: [] },
  GHOSTLY_EVENTS_MIB: { unset: 1_024, good: { '1': 1 }, bad: ['0', '1.5', '1GiB'] },
  GHOSTLY_EVENTS_DAYS: { unset: 7, good: { '30': 30 }, bad: ['0', '0.5', 'ever'] },
  GHOSTLY_EVENTS_REPLICAS: { unset: undefined, good: { '3': 3 }, bad: ['0', '6', 'all'] },
  GHOSTLY_RETENTION_DAYS: { unset: 30, good: { '0.5': 0.5 }, bad: ['0', '-1', 'ever'] },
  GHOSTLY_KUBERNETES_API: {
    unset: undefined,
    good: ['https://kubernetes.default.svc'],
    bad: ['http://kubernetes.default.svc', 'kubernetes.default.svc'],
  },
  GHOSTLY_KUBERNETES_ACCOUNT: {
    unset: '/var/run/secrets/kubernetes.io/serviceaccount',
    good: { account: resolve('account') },
    bad: [],
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    unset: undefined,
    good: ['http://collector:4318'],
    bad: ['collector:4318', 'grpc://collector:4317'],
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    unset: undefined,
    good: ['https://traces.example/v1/traces'],
    bad: ['traces.example'],
  },
  OTEL_TRACES_SAMPLER: {
    unset: 'parentbased_always_on',
    good: ['always_off', 'parentbased_traceidratio'],
    bad: ['on', 'jaeger_remote'],
  },
  OTEL_TRACES_SAMPLER_ARG: {
    unset: 1,
    good: { '0.25': 0.25, '.5': 0.5, '0': 0 },
    bad: ['1.5', '-1', 'half', '1e-3'],
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    unset: undefined,
    good: {
      'deployment.environment.name=prod': { 'deployment.environment.name': 'prod' },
      ' a=1 , b.c=x%20y%2C ,d=': { a: '1', 'b.c': 'x y,', d: '' },
    },
    bad: ['prod', '=prod', 'a=b c', 'a=%zz', 'a=1,'],
  },
  LOG_LEVEL: { unset: 'info', good: ['silent'], bad: ['verbose', 'INFO'] },
};

function refusal(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe.each(Object.entries(VARIABLES))('%s', (key, { unset, good, bad }) => {
  const name = key as Name;

  it.each([undefined, ''])('counts as not set when it is %j', (value) => {
    if (unset === ConfigError) expect(refusal(() => read(name, value)).message).toBe(`${name} is not set`);
    else expect(read(name, value)).toEqual(unset);
  });

  it.each(Array.isArray(good) ? good.map((text) => [text, text]) : Object.entries(good))(
    'takes %j',
    (value, expected) => {
      expect(read(name, value)).toEqual(expected);
    },
  );

  if (bad.length > 0)
    it.each(bad)('refuses %j with one line that names it', (value) => {
      const { code, message } = refusal(() => read(name, value));
      expect(code).toBe('config');
      expect(message).toMatch(new RegExp(`^${name}: .+$`));
    });
});

it('every variable is read by a service', () => {
  const read: readonly string[] = Object.values(READ_BY).flat();
  expect(Object.keys(VARIABLES).filter((name) => !read.includes(name))).toEqual([]);
});

describe('readConfig', () => {
  it('reads what it was asked for and nothing else', () => {
    const env = { PORT: '1', HOST: 'h', DATABASE_URL: 'rubbish' };
    expect(readConfig(env, ['PORT', 'HOST'])).toEqual({ PORT: 1, HOST: 'h' });
  });

  it('takes an outside issuer whole or not at all, and says what is missing', () => {
    const names = ['GHOSTLY_OIDC_JWKS_URL', 'GHOSTLY_OIDC_ISSUER', 'GHOSTLY_OIDC_AUDIENCE'] as const;
    const whole = {
      GHOSTLY_OIDC_JWKS_URL: 'https://id.example/keys',
      GHOSTLY_OIDC_ISSUER: 'https://id.example/',
      GHOSTLY_OIDC_AUDIENCE: 'ghostly',
    };
    expect(readConfig(whole, names)).toEqual(whole);
    expect(readConfig({}, names)).toEqual({});
    for (const name of names) {
      const part = { ...whole, [name]: '' };
      expect(refusal(() => readConfig(part, names)).message).toMatch(new RegExp(`^${name}: has to be set`));
    }
  });

  it('refuses links where no object store could make them', () => {
    const names = ['GHOSTLY_ARTIFACTS', 'GHOSTLY_ARTIFACT_LINKS'] as const;
    const env = { GHOSTLY_ARTIFACT_LINKS: 'on' };
    expect(refusal(() => readConfig(env, names)).message).toMatch(
      /^GHOSTLY_ARTIFACT_LINKS: only an object store/,
    );
    expect(readConfig({ ...env, GHOSTLY_ARTIFACTS: 's3://runs' }, names).GHOSTLY_ARTIFACT_LINKS).toBe(true);
  });

  it('I8: refuses a grace budget above 0.3 of the lease, for then a browser could outlive it', () => {
    const both = ['GHOSTLY_LEASE_MS', 'GHOSTLY_CANCEL_GRACE_MS'] as const;
    const env = (lease: string, grace?: string) => ({
      GHOSTLY_LEASE_MS: lease,
      GHOSTLY_CANCEL_GRACE_MS: grace,
    });
    expect(readConfig(env('1000', '300'), both)).toEqual({
      GHOSTLY_LEASE_MS: 1_000,
      GHOSTLY_CANCEL_GRACE_MS: 300,
    });
    expect(refusal(() => readConfig(env('1000', '301'), both)).message).toBe(
      'GHOSTLY_CANCEL_GRACE_MS (301; 2500 if not set) must not exceed 0.3 of GHOSTLY_LEASE_MS (1000)',
    );
    expect(refusal(() => readConfig(env('5000'), both)).message).toContain('(2500; 2500 if not set)');
  });
});
