/*
 * A process with BENCH_RUNNERS runners, composed like `services/runner/main.ts` but without Chromium: each with its
 * own session, connections, leases and heartbeats. With BENCH_WAITS=on they claim once it gets a message.
 */
import { once } from 'node:events';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { runService } from '#shared/platform/process/service.ts';
import { holdSession } from '../../services/runner/claim/hold-session.ts';
import { type RunnerStart, startRunner } from '../../services/runner/claim/start-runner.ts';
import { openRunnerConnections } from '../../services/runner/connections.ts';
import { createIncarnation } from '../../services/runner/incarnation.ts';
import { createStubPool } from './stub-pool.ts';

await runService('runner', process.env.LOG_LEVEL, async (service) => {
  const config = readConfig(process.env, READ_BY.runner);
  const artifacts = await openArtifacts(config, service.log);
  await artifacts.prepare();
  const pool = createStubPool();
  const connect = async () => {
    const incarnation = await createIncarnation(config);
    const connections = await openRunnerConnections(incarnation, service);
    const session = await holdSession(incarnation, connections.sql, service);
    return { incarnation, connections, session, pool, artifacts };
  };
  const start = async (connected: RunnerStart) => {
    const runner = await startRunner(connected, service);
    return () =>
      runner.drain(config.GHOSTLY_DRAIN_MS, connected.incarnation.timing.grace, service.failure.first);
  };
  const connected = await Promise.all(Array.from({ length: Number(process.env.BENCH_RUNNERS) }, connect));
  const waits = process.env.BENCH_WAITS === 'on';
  if (waits) {
    service.ready();
    await once(process, 'message');
  }
  const drains = await Promise.all(connected.map(start));
  if (!waits) service.ready();
  await service.stopped;
  await Promise.all(drains.map((drain) => drain()));
});
