export { cacheFolder, type Environment } from './cache.ts';
export { type EnsureOptions, ensureChromium, ensureNatsServer } from './ensure.ts';
export {
  type Chromium,
  type FindOptions,
  findChromium,
  findFullChromium,
  findNatsServer,
} from './find.ts';
