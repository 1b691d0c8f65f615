import { COMMON, type Variable } from './config.ts';

/** Where artifacts are kept. What the client of an object store reads besides, see {@link OF_STORE}. */
export const STORE = [
  'GHOSTLY_ARTIFACTS',
  'GHOSTLY_S3_ENDPOINT',
  'GHOSTLY_S3_REGION',
  'GHOSTLY_S3_PATH_STYLE',
] as const satisfies readonly Variable[];

/** Where traces go, and which. What their exporter reads besides, see {@link OF_EXPORTER}. */
export const TRACES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_RESOURCE_ATTRIBUTES',
] as const satisfies readonly Variable[];

/** Headers with credentials, certificates, timeouts: what the exporter finds by itself. */
export const OF_EXPORTER = /^OTEL_EXPORTER_OTLP_\w+$/;

/** Credentials and region, which the client of the object store finds by itself. */
export const OF_STORE = /^AWS_\w+$/;

export type ServiceKind = 'gateway' | 'runner' | 'supervisor';

/**
 * What each service reads, and so all of Ghostly's variables that it is given: the gateway alone has the secrets that
 * sign tokens (I10), and runners alone the key that opens secrets (I17).
 */
export const READ_BY = {
  gateway: [
    ...COMMON,
    ...STORE,
    ...TRACES,
    'GHOSTLY_ARTIFACT_LINKS',
    'GHOSTLY_S3_PUBLIC_ENDPOINT',
    'HOST',
    'PORT',
    'GHOSTLY_HEALTH_PORT',
    'GHOSTLY_JWT_SECRET',
    'GHOSTLY_JWT_SECRET_PREVIOUS',
    'GHOSTLY_SEAL_PUBLIC_KEY',
    'GHOSTLY_OIDC_JWKS_URL',
    'GHOSTLY_OIDC_ISSUER',
    'GHOSTLY_OIDC_AUDIENCE',
    'GHOSTLY_TRUSTED_PROXIES',
    'GHOSTLY_QUEUE_TIMEOUT_MS',
    'GHOSTLY_MAX_DURATION_MS',
    'GHOSTLY_MAX_QUEUED_PER_USER',
    'GHOSTLY_MAX_QUEUED_PER_PROJECT',
    'GHOSTLY_MAX_PROJECTS_PER_USER',
    'GHOSTLY_MAX_MEMBERSHIPS_PER_USER',
    'GHOSTLY_MAX_MEMBERS_PER_PROJECT',
    'GHOSTLY_MAX_KEYS_PER_USER',
    'GHOSTLY_MAX_INVITATIONS_PER_USER',
    'GHOSTLY_MAX_INVITATIONS_PER_PROJECT',
    'GHOSTLY_MAX_WEBHOOKS_PER_PROJECT',
    'GHOSTLY_MAX_FLOWS_PER_PROJECT',
    'GHOSTLY_MAX_SECRETS_PER_PROJECT',
    'GHOSTLY_EGRESS',
    'GHOSTLY_MAX_STREAMS_PER_USER',
    'GHOSTLY_MAX_WAITING_PER_USER',
    'GHOSTLY_MAX_CONSUMERS_PER_USER',
    'GHOSTLY_CORS_ORIGINS',
    'GHOSTLY_PUBLIC_URL',
    'GHOSTLY_VIEWER_PORT',
    'GHOSTLY_VIEWER_URL',
    'GHOSTLY_WEB_DIR',
    'GHOSTLY_NATS_ISSUER_SEED',
    'GHOSTLY_MAX_RUNNING_PER_USER',
    'GHOSTLY_MAX_RUNNING_PER_PROJECT',
  ],
  runner: [
    ...COMMON,
    ...STORE,
    ...TRACES,
    'HOST',
    'GHOSTLY_HEALTH_PORT',
    'GHOSTLY_SPOOL_MIB',
    'GHOSTLY_SPOOL_WAIT_MS',
    'GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN',
    'GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT',
    'GHOSTLY_MAX_PLAYWRIGHT_TRACE_MIB',
    'RUNNER_NAME',
    'RUNNER_SLOTS',
    'GHOSTLY_LABELS',
    'CHROMIUM_PATH',
    'GHOSTLY_SANDBOX',
    'GHOSTLY_SHARE_BROWSERS',
    'GHOSTLY_SPARE_CONTEXTS',
    'GHOSTLY_EGRESS',
    'GHOSTLY_DRAIN_MS',
    'GHOSTLY_UPLOAD_DIR',
    'GHOSTLY_SEAL_KEY',
    'GHOSTLY_MAX_RUNNING_PER_USER',
    'GHOSTLY_MAX_RUNNING_PER_PROJECT',
  ],
  supervisor: [
    ...COMMON,
    ...STORE,
    ...TRACES,
    'HOST',
    'GHOSTLY_HEALTH_PORT',
    'GHOSTLY_EVENTS_MIB',
    'GHOSTLY_EVENTS_DAYS',
    'GHOSTLY_EVENTS_REPLICAS',
    'GHOSTLY_RETENTION_DAYS',
    'GHOSTLY_EGRESS',
    'GHOSTLY_PUBLIC_URL',
    'GHOSTLY_WEBHOOK_TIMEOUT_MS',
    'GHOSTLY_WEBHOOK_RETRY_MS',
    'GHOSTLY_WEBHOOK_RETRY_DAYS',
    'GHOSTLY_WEBHOOK_LOG_DAYS',
    'GHOSTLY_MAX_RUNNING_PER_USER',
    'GHOSTLY_MAX_RUNNING_PER_PROJECT',
    'GHOSTLY_KUBERNETES_API',
    'GHOSTLY_KUBERNETES_ACCOUNT',
  ],
} as const satisfies Record<ServiceKind, readonly Variable[]>;
