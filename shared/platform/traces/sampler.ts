import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/** `ratio`: of the samplers whose name says so. */
export interface Sampling {
  name: `${'' | 'parentbased_'}${'always_on' | 'always_off' | 'traceidratio'}`;
  ratio: number;
}

/** Decides which requests from outside are traced; all that follows from one follows its decision. */
export function samplerOf({ name, ratio }: Sampling): Sampler {
  const root = rootOf(name, ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootOf(name: Sampling['name'], ratio: number): Sampler {
  if (name.endsWith('always_on')) return new AlwaysOnSampler();
  return name.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
}
