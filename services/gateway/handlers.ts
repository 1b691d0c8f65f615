import { readPublicKeys } from '#shared/platform/seal/keys.ts';
import { createLoginLimit } from './access/login-limit.ts';
import type { OwnPages } from './access/own-pages.ts';
import type { Tokens } from './access/tokens.ts';
import type { UserSessions } from './access/user-sessions.ts';
import { createCreateApiKey, createDeleteApiKey, createListApiKeys } from './accounts/api-keys.ts';
import { createChangePassword, createEndTokens } from './accounts/credentials.ts';
import {
  createAcceptInvitation,
  createDeclineInvitation,
  createListInvitations,
  createListProjectInvitations,
  createWithdrawInvitation,
} from './accounts/invitations.ts';
import { createListMembers, createPutMember, createRemoveMember } from './accounts/members.ts';
import {
  createChangeProject,
  createCreateProject,
  createDeleteProject,
  createListProjects,
} from './accounts/projects.ts';
import { createEndSession, createLogin, createStartSession } from './accounts/sign-in.ts';
import { createListUsers, createRegister, me } from './accounts/users.ts';
import { type AnswerLinks, createAnswerLinks } from './answers/answer-links.ts';
import { createAnswerRun } from './answers/answer-run.ts';
import { createLinkHandlers } from './answers/linked-answers.ts';
import { createReadArtifact } from './artifacts/read.ts';
import { createCancelBatch } from './batches/cancel-batch.ts';
import { createCreateBatch } from './batches/create-batch.ts';
import { createListBatches, createReadBatch } from './batches/read-batches.ts';
import { createReadReport } from './batches/read-report.ts';
import type { GatewayDeps } from './deps.ts';
import { createDocs } from './describe/page/handlers.ts';
import { createDeleteFlow, createPutFlow, createRestoreFlow } from './flows/change-flow.ts';
import {
  createCompareFlowVersions,
  createListFlows,
  createListFlowVersions,
  createReadFlowVersion,
  createReadNamedFlow,
} from './flows/flows.ts';
import { createReadFlowStatistics } from './flows/statistics.ts';
import { createForkRun } from './forks/fork-run.ts';
import type { Handlers } from './http/call.ts';
import { createPauseRun, createResuming } from './pauses/pause-run.ts';
import { createTraceHandlers } from './playwright-trace/handlers.ts';
import { createViewTickets } from './playwright-trace/view-tickets.ts';
import {
  createDeleteProfile,
  createListProfiles,
  createLogIn,
  createPutProfile,
  createRestoreProfile,
} from './profiles/profiles.ts';
import type { AcceptFlowDeps } from './runs/accept-flow.ts';
import { createCountRuns } from './runs/count.ts';
import { createListRuns } from './runs/list.ts';
import { createReadRun } from './runs/read.ts';
import { createReadFlow } from './runs/read-flow.ts';
import { createRerunRun } from './runs/rerun.ts';
import { createStartRun } from './runs/start-run.ts';
import {
  createBackfillSchedule,
  createListOccurrences,
  createPreviewSchedule,
  createTriggerSchedule,
} from './schedules/ask-schedule.ts';
import {
  createDeleteSchedule,
  createListSchedules,
  createPauseSchedule,
  createPutSchedule,
  createReadSchedule,
  createResumeSchedule,
} from './schedules/schedules.ts';
import {
  createDeleteSecret,
  createListSecrets,
  createListSecretUses,
  createPutSecret,
} from './secrets/secrets.ts';
import { createAbout } from './service/about.ts';
import { createLastHour } from './service/last-hour.ts';
import { createReady } from './service/ready.ts';
import { createSystem } from './service/system.ts';
import { createReadSubscription } from './subscribers/handler.ts';
import { createReadMissed } from './subscribers/read-missed.ts';
import {
  createListDeliveries,
  createReadDelivery,
  createResendDelivery,
  createTestWebhook,
} from './webhooks/deliveries.ts';
import {
  createChangeWebhook,
  createCreateWebhook,
  createDeleteWebhook,
  createListWebhooks,
  createReadWebhook,
  createRotateWebhookSecret,
} from './webhooks/webhooks.ts';

/** Ways to sign in. */
interface SigningIn {
  tokens: Tokens;
  sessions: UserSessions;
  ownPages: OwnPages;
}

/** A handler for every endpoint of the contract; a missing one is a type error. */
export function createHandlers(given: GatewayDeps, signingIn: SigningIn): Handlers {
  const { ownPages } = signingIn;
  const { config, budgets } = given;
  const { reads, changes, searches, lists } = budgets;
  const deps = { ...given, database: { ...given.database, sql: changes } };
  const readArtifact = createReadArtifact({
    artifacts: deps.artifacts,
    sql: reads,
    links: config.artifactLinks ?? false,
  });
  return {
    ...deps.handlers,
    ...startHandlers(deps),
    countRuns: createCountRuns(lists),
    listRuns: createListRuns({ ...deps, lists, searches }),
    readRun: createReadRun({
      sql: reads,
      version: config.version,
      readWaitingFor: deps.readWaitingFor,
      waitForEnd: deps.waitForEnd,
    }),
    readFlow: createReadFlow(reads),
    readArtifact,
    readNamedArtifact: readArtifact,
    ...createTraceHandlers({
      artifacts: deps.artifacts,
      tickets: createViewTickets(config.jwtSecret),
      viewer: deps.viewer,
    }),
    ...accountHandlers(deps, signingIn),
    ...handlersWithLinks(deps, signingIn),
    ...flowHandlers(deps),
    ...scheduleHandlers(deps),
    ...batchHandlers(deps, ownPages),
    ...createAbout(config),
    ...createDocs(config),
    system: createSystem({ ...deps, sql: lists }),
    lastHour: createLastHour(lists),
    readSubscription: createReadSubscription({
      sql: changes,
      servers: config.natsServers,
      maxConsumers: config.maxConsumers,
    }),
    readMissed: createReadMissed(lists),
    ready: createReady(deps.reach),
  };
}

/** Those that make or take links that answer runs. */
function handlersWithLinks(deps: GatewayDeps, { ownPages }: SigningIn) {
  const { reads } = deps.budgets;
  const links = createAnswerLinks({ reads, publicUrls: deps.config.publicUrls, ownPages });
  return { ...webhookHandlers(deps, links.linksFor), ...secretHandlers(deps, links) };
}
/** The ways in which a run begins. */
const startHandlers = (deps: AcceptFlowDeps) =>
  ({
    startRun: createStartRun(deps),
    rerunRun: createRerunRun(deps),
    forkRun: createForkRun(deps),
    logIn: createLogIn(deps),
    triggerSchedule: createTriggerSchedule(deps),
  }) satisfies Partial<Handlers>;

/** Webhooks, and their deliveries. */
function webhookHandlers(
  { budgets: { changes, lists }, config }: GatewayDeps,
  linksFor: AnswerLinks['linksFor'],
) {
  return {
    listWebhooks: createListWebhooks(lists),
    createWebhook: createCreateWebhook(changes, config.egress, config.maxWebhooks),
    readWebhook: createReadWebhook(lists),
    changeWebhook: createChangeWebhook(changes, config.egress),
    deleteWebhook: createDeleteWebhook(changes),
    rotateWebhookSecret: createRotateWebhookSecret(changes),
    testWebhook: createTestWebhook(changes),
    listDeliveries: createListDeliveries(lists, linksFor),
    readDelivery: createReadDelivery(lists),
    resendDelivery: createResendDelivery(changes),
  } satisfies Partial<Handlers>;
}

/** Named flows. */
function flowHandlers({ budgets: { changes, lists, reads }, config }: GatewayDeps) {
  return {
    listFlows: createListFlows(lists),
    putFlow: createPutFlow(changes, config.maxFlows),
    readNamedFlow: createReadNamedFlow(reads),
    deleteFlow: createDeleteFlow(changes),
    restoreFlow: createRestoreFlow(changes),
    listFlowVersions: createListFlowVersions(lists),
    readFlowVersion: createReadFlowVersion(reads),
    compareFlowVersions: createCompareFlowVersions(lists),
    readFlowStatistics: createReadFlowStatistics(lists),
  } satisfies Partial<Handlers>;
}

const scheduleHandlers = ({ budgets: { changes, lists, reads } }: GatewayDeps) =>
  ({
    listSchedules: createListSchedules(lists),
    putSchedule: createPutSchedule(changes),
    readSchedule: createReadSchedule(reads),
    deleteSchedule: createDeleteSchedule(changes),
    pauseSchedule: createPauseSchedule(changes),
    resumeSchedule: createResumeSchedule(changes),
    backfillSchedule: createBackfillSchedule(changes),
    listOccurrences: createListOccurrences(lists),
    previewSchedule: createPreviewSchedule(reads),
  }) satisfies Partial<Handlers>;

/** Batches but for their streams. */
function batchHandlers(
  { budgets: { changes, lists, reads }, cancelDelivery, config }: GatewayDeps,
  ownPages: OwnPages,
) {
  return {
    createBatch: createCreateBatch(changes, config),
    listBatches: createListBatches(lists),
    readBatch: createReadBatch(reads),
    readReport: createReadReport({ sql: lists, publicUrls: config.publicUrls, ownPages }),
    cancelBatch: createCancelBatch({ sql: changes, cancelDelivery }),
  } satisfies Partial<Handlers>;
}

/** The vault, login profiles, answers, which are sealed with its key, and pauses. */
function secretHandlers(
  { budgets: { changes, lists, reads }, bus, config, turns, now }: GatewayDeps,
  links: AnswerLinks,
) {
  const { sealPublicKey, maxSecrets } = config;
  const keys = sealPublicKey === undefined ? undefined : readPublicKeys(sealPublicKey);
  const answers = { sql: changes, bus, keys };
  return {
    listSecrets: createListSecrets(lists, keys),
    putSecret: createPutSecret(changes, keys, maxSecrets),
    deleteSecret: createDeleteSecret(changes),
    listSecretUses: createListSecretUses(lists),
    listProfiles: createListProfiles(lists, keys !== undefined),
    putProfile: createPutProfile(changes, keys !== undefined),
    deleteProfile: createDeleteProfile(changes),
    restoreProfile: createRestoreProfile(changes),
    answerRun: createAnswerRun(answers),
    ...createLinkHandlers({ ...answers, ...links, reads, turns, now }),
    pauseRun: createPauseRun({ sql: changes, bus }),
    ...createResuming({ sql: changes, bus }),
  } satisfies Partial<Handlers>;
}

/** Users, projects, members, invitations and keys. */
function accountHandlers(deps: GatewayDeps, { tokens, sessions, ownPages }: SigningIn) {
  const { database, budgets, config, log, now = () => new Date() } = deps;
  const { sql } = database;
  const forLists = { ...database, sql: budgets.lists };
  const { accountLimits } = config;
  const limit = createLoginLimit({ sql, log });
  return {
    login: createLogin({ database, tokens, limit }),
    startSession: createStartSession({ database, sessions, ownPages, limit }),
    endSession: createEndSession(sessions),
    changePassword: createChangePassword({ sql, tokens, sessions, limit }),
    endTokens: createEndTokens({ sql, sessions }),
    me,
    register: createRegister(database),
    listUsers: createListUsers(database),
    listProjects: createListProjects(forLists),
    createProject: createCreateProject(database, accountLimits),
    changeProject: createChangeProject(database),
    deleteProject: createDeleteProject(database),
    listMembers: createListMembers(forLists),
    putMember: createPutMember(database, accountLimits),
    removeMember: createRemoveMember(database),
    listProjectInvitations: createListProjectInvitations(forLists),
    withdrawInvitation: createWithdrawInvitation(database),
    listInvitations: createListInvitations(forLists),
    acceptInvitation: createAcceptInvitation(database, accountLimits),
    declineInvitation: createDeclineInvitation(database),
    listApiKeys: createListApiKeys(database),
    createApiKey: createCreateApiKey(database, accountLimits?.keys, now),
    deleteApiKey: createDeleteApiKey(database),
  } satisfies Partial<Handlers>;
}
