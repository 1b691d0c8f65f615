export type { Environment } from './cache.ts';
export { type EnsureOptions, ensureChromium, ensureNatsServer, ensurePgBouncer } from './ensure.ts';
export {
  findChromium,
  findFullChromium,
  findNatsServer,
} from './find.ts';
