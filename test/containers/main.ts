/*
 * `npm run test:containers`: the images and docker-compose.yml, run for real. Installs podman and docker-compose where
 * they are missing (as root, on Debian), makes everything in a folder of its own, and leaves nothing running.
 */
import { makeBaseImages } from './base-images.ts';
import { createCompose } from './compose.ts';
import { startEngine } from './engine.ts';
import { buildBefore, buildImages, createBuild } from './images.ts';
import { installPackages } from './packages.ts';
import { createReport } from './report.ts';
import { playScenario } from './scenario.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const { step, end } = createReport(stop.signal);

async function run(signal: AbortSignal): Promise<void> {
  await step('packages', () => installPackages(signal));
  await using engine = await startEngine(signal);
  const build = await createBuild(engine);
  await step('base images', () => makeBaseImages(engine, build, signal));
  await step('images', async () => {
    const sizes = Object.entries(await buildImages(engine, build));
    return sizes.map(([name, bytes]) => `${name} ${Math.round(bytes / 1e6)} MB`).join(', ');
  });
  const before = await step('images of the version before', async () => {
    const built = await buildBefore(engine, build, signal);
    return { ...built, toString: () => built.version };
  });
  const compose = await createCompose(engine, signal);
  await playScenario({ compose, engine, before, step });
  await step('nothing is left', async () => engine[Symbol.asyncDispose]());
}

process.exitCode = await run(stop.signal).then(
  () => end(),
  (error: unknown) => end(error),
);
