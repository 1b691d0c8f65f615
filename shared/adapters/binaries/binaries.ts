export type { Environment } from './cache.ts';
export {
  type EnsureOptions,
  ensureChromium,
  ensureKubectl,
  ensureMoto,
  ensureNatsServer,
  ensurePgBouncer,
  ensurePromtool,
} from './ensure.ts';
export {
  findChromium,
  findFullChromium,
  findNatsServer,
} from './find.ts';
