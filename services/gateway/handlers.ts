import type { Tokens } from './access/tokens.ts';
import { createCreateApiKey, createDeleteApiKey, createListApiKeys } from './accounts/api-keys.ts';
import { createCreateProject, createDeleteProject, createListProjects } from './accounts/projects.ts';
import { createLogin, createRegister, me } from './accounts/users.ts';
import { createReadArtifact } from './artifacts/read.ts';
import type { Handlers } from './call.ts';
import type { GatewayDeps } from './deps.ts';
import { createListRuns, createReadRun } from './runs/read.ts';
import { createStartRun } from './runs/start.ts';
import { createAbout } from './service/about.ts';
import { createReady } from './service/ready.ts';

/** A handler for every endpoint of the contract; a missing one is a type error. */
export function createHandlers(deps: GatewayDeps, tokens: Tokens): Handlers {
  const { database, config } = deps;
  return {
    ...deps.handlers,
    startRun: createStartRun(deps),
    listRuns: createListRuns(database.sql),
    readRun: createReadRun(database.sql),
    login: createLogin(database, tokens),
    me,
    register: createRegister(database),
    listProjects: createListProjects(database),
    createProject: createCreateProject(database),
    deleteProject: createDeleteProject(database),
    listApiKeys: createListApiKeys(database),
    createApiKey: createCreateApiKey(database),
    deleteApiKey: createDeleteApiKey(database),
    readArtifact: createReadArtifact(config.artifactsDir),
    ...createAbout(config),
    ready: createReady(deps.checks),
  };
}
