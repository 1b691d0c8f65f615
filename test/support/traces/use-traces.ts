import { beforeAll } from 'vitest';
import { openTraces } from '#shared/platform/process/traces.ts';
import { afterFile } from '../file-hooks.ts';
import { quietLog } from '../log-lines.ts';
import { startCollector } from './collector.ts';
import type { ReceivedSpan } from './otlp.ts';

const CONFIG = {
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_TRACES_SAMPLER_ARG: 1,
  OTEL_RESOURCE_ATTRIBUTES: undefined,
} as const;

/** Traces are on in the process of a test file; `collected` sends what waits, and has all spans so far. */
export async function useTraces(): Promise<{ collected(): Promise<readonly ReceivedSpan[]> }> {
  const collector = await startCollector();
  const config = { ...CONFIG, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` };
  const open = () => openTraces({ service: 'test', instanceId: 'one', config, log: quietLog() });
  let traces: AsyncDisposable | undefined;
  beforeAll(async () => {
    traces = await open();
  });
  afterFile(async () => traces?.[Symbol.asyncDispose]());
  return {
    async collected() {
      await traces?.[Symbol.asyncDispose]();
      traces = await open();
      return collector.spans;
    },
  };
}
