export { cacheFolder, type Environment } from './binaries/cache.ts';
export { type EnsureOptions, ensureChromium, ensureNatsServer } from './binaries/ensure.ts';
export {
  type Chromium,
  type FindOptions,
  findChromium,
  findFullChromium,
  findNatsServer,
} from './binaries/find.ts';
