import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder, type Environment } from '#shared/binaries/cache.ts';

/**
 * Has Node keep what it compiles, which more than halves the time that a command and a service take to start. Of this
 * process by the call, of those that it starts by the variable in what it returns. A user's own choice of either stands.
 */
export function withCompileCache(env: Environment): Environment {
  const folder = env.NODE_COMPILE_CACHE || join(cacheFolder(env), 'node');
  enableCompileCache(folder); // never throws: it is a cache
  return { ...env, NODE_COMPILE_CACHE: folder };
}
