import { useStack } from '../../support/stack/use-stack.ts';
import { startCollector } from '../../support/traces/collector.ts';

export const collector = await startCollector();

/** A stack that sends its traces there. */
export const bench = useStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
