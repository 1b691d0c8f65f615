import { settlesWithin } from '../async/settles-within.ts';
import type { Config } from '../config/config.ts';
import type { TRACES } from '../config/services.ts';
import type { Log } from '../log/log.ts';
import { VERSION } from './version.ts';

export interface TracesOptions {
  /** E.g. `runner`. */
  service: string;
  /** Id of this process. */
  instanceId: string;
  config: Config<(typeof TRACES)[number]>;
  log: Log;
}

/** How long the last spans may take to be sent when the process ends, ms. */
const LAST_SPANS_MS = 2_000;

/**
 * Tells of traces from now on, if an endpoint is set; closing it sends what waits. To be opened after the metrics, and
 * closed after all that makes spans.
 */
export async function openTraces({
  service,
  instanceId,
  config,
  log,
}: TracesOptions): Promise<AsyncDisposable> {
  const url = config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? below(config.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  const { startMakingSpans } = await import('#shared/platform/traces/provider.ts');
  const end = startMakingSpans({
    url,
    resource: {
      ...config.OTEL_RESOURCE_ATTRIBUTES,
      'service.name': `ghostly-${service}`,
      'service.version': VERSION,
      'service.instance.id': instanceId,
    },
    sampling: { name: config.OTEL_TRACES_SAMPLER, ratio: config.OTEL_TRACES_SAMPLER_ARG },
    onTrouble: (error) => log.warn({ err: error }, 'traces could not be sent'),
    onRecovered: () => log.info({}, 'traces are sent again'),
  });
  return {
    async [Symbol.asyncDispose]() {
      if (!(await settlesWithin(end(), LAST_SPANS_MS)))
        log.warn({}, 'the last spans could not be sent in time');
    },
  };
}

const below = (endpoint: string | undefined): string | undefined =>
  endpoint && `${endpoint.replace(/\/+$/, '')}/v1/traces`;
