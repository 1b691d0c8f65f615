import { resolve } from 'node:path';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';

/** The folder of one stack: its data, secrets, logs and the files by which other commands find it. */
export interface Home {
  path: string;
  upFile: string;
  lockFile: string;
  apiKeyFile: string;
  secretsFile: string;
  postgres: string;
  nats: string;
  logs: string;
  pids: string;
}

export const homeOf = (env: Environment, cwd: string): Home => {
  const path = resolve(cwd, env.GHOSTLY_HOME || '.ghostly');
  const inside = (name: string) => resolve(path, name);
  return {
    path,
    upFile: inside('up.json'),
    lockFile: inside('up.lock'),
    apiKeyFile: inside('api-key'),
    secretsFile: inside('secrets.json'),
    postgres: inside('postgres'),
    nats: inside('nats'),
    logs: inside('logs'),
    pids: inside('pids'),
  };
};
