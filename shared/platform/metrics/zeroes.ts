/* Histograms that count 0: the SDK has none before their first value, and an alert could not see that one as an increase. */
import type { HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { type Attributes, type Duration, SECONDS } from './kinds.ts';

type Timed = Pick<Duration<Attributes>, 'name' | 'about' | 'known'>;

/** Adds to what was collected the known series of these durations that are not in it. */
export function addZeroes(collected: MetricData[], durations: readonly Timed[], since: HrTime): void {
  for (const { name, about, known } of durations) {
    const found = collected.find(({ descriptor }) => descriptor.name === name);
    const metric = found?.dataPointType === DataPointType.HISTOGRAM ? found : emptyHistogram(name, about);
    if (!found) collected.push(metric);
    const missing = known.filter(
      (attributes) => !metric.dataPoints.some((point) => isOf(point.attributes, attributes)),
    );
    metric.dataPoints.push(
      ...missing.map((attributes) => ({
        attributes: { ...attributes },
        startTime: since,
        endTime: since,
        value: { sum: 0, count: 0, buckets: { boundaries: SECONDS, counts: SECONDS.concat(0).map(() => 0) } },
      })),
    );
  }
}

const emptyHistogram = (name: string, about: Timed['about']): HistogramMetricData => ({
  descriptor: { ...about, name, valueType: ValueType.DOUBLE },
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.HISTOGRAM,
  dataPoints: [],
});

const isOf = (point: object, attributes: Attributes): boolean =>
  Object.entries(attributes).every(([key, value]) => (point as Attributes)[key] === value);
