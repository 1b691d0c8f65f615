import { randomUUID } from 'node:crypto';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { migrateWhenReachable } from '#shared/adapters/database/migrate.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { startServer } from '#shared/platform/http/http-server.ts';
import { serveHealth } from '#shared/platform/process/health.ts';
import { runService } from '#shared/platform/process/service.ts';
import { openTraces } from '#shared/platform/process/traces.ts';
import { openGatewayConnections } from './connections.ts';
import { openApp } from './open-app.ts';
import { startViewer } from './playwright-trace/start-viewer.ts';
import { startPresence } from './service/presence.ts';
import { checkPage } from './web/page.ts';

/** How long open answers may go on when the gateway stops; watchers come back to another one. */
const CLOSE_MS = 1_000;

await runService('gateway', process.env.LOG_LEVEL, async (service) => {
  const { log, stopping, stopped, ready, resources } = service;
  const config = readConfig(process.env, READ_BY.gateway);
  if (config.GHOSTLY_WEB_DIR !== undefined) await checkPage(config.GHOSTLY_WEB_DIR);
  const health = resources.use(await serveHealth('gateway', config, log));
  const id = randomUUID();
  resources.use(await openTraces({ service: 'gateway', instanceId: id, config, log }));
  const artifacts = await openArtifacts(config, log);
  let migrated = false;
  const connections = await openGatewayConnections(config, () => migrated, service);
  const viewerPort = await startViewer(config, artifacts, service);
  const { app, startDue } = openApp(
    { id, config, nodeEnv: process.env.NODE_ENV, connections, artifacts, viewerPort },
    service,
  );
  health.started(connections.reach.checks);
  const server = await startServer(app.callback(), { host: config.HOST, port: config.PORT });
  resources.defer(() => server.close(CLOSE_MS));
  log.info({ url: server.url, health: health.port }, 'listening');

  await migrateWhenReachable(connections.sessionUrl, stopping, log);
  migrated = true;
  await Promise.race([connections.bus.opened(), stopped]);
  const { budgets, reach } = connections;
  for (const loop of startDue()) resources.use(loop);
  resources.use(startPresence({ id, sql: budgets.reads, reach, log }));
  ready({ url: server.url });
  await stopped;
});
