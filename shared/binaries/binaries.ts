export type { Environment } from './cache.ts';
export { type EnsureOptions, ensureChromium, ensureNatsServer } from './ensure.ts';
export {
  findChromium,
  findFullChromium,
  findNatsServer,
} from './find.ts';
