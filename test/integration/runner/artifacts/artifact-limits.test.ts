/* I13: a run and a project keep the artifacts for which they have room, to the byte, and say why not the rest. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { NoRoomError } from '#shared/adapters/artifacts/artifacts.ts';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { countBytes, forgetBytes, uncountBytes } from '#shared/adapters/database/runs/artifact-bytes.ts';
import { pieceName } from '#shared/domain/playwright-trace/pieces.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { limitsOfRun } from '../../../../services/runner/artifacts/limits.ts';
import { StorageFailure } from '../../../../services/runner/browser/errors.ts';
import { dayFromNow } from '../../../support/database/days.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

const MIB = 1_024 * 1_024;
const PICTURE = Buffer.alloc(400_000);
const RUN = '019abcde-0000-7000-8000-000000000001';
/** No limit. */
const NONE = Number.POSITIVE_INFINITY;
const LARGE = '019abcde-0000-7000-8000-000000000002';
const NEXT_DAY = '019ac204-0000-7000-8000-000000000001';
const DAY = '2025-11-25';

let database: Database;
let url: string;
let home: string;
let keep: ReturnType<typeof artifactsInFolder>;

beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'limits', poolSize: 10 });
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-limits-'));
  afterFile(() => rm(home, { recursive: true, force: true }));
  keep = artifactsInFolder(home);
});
afterAll(() => database?.[Symbol.asyncDispose]());

const limited = (
  projectId: string,
  [perRun = NONE, perProject = NONE]: (number | undefined)[],
  sql = database.sql,
) =>
  limitsOfRun(
    {
      keep,
      sql,
      config: {
        GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN: perRun,
        GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT: perProject,
      },
    },
    projectId,
  );
const counted = async (projectId: string) => {
  const row = await database.sql.row<{ bytes: number }>(
    'select sum(bytes)::int as bytes from artifact_bytes where project_id = $1',
    [projectId],
  );
  return row?.bytes ?? 0;
};

it('a run keeps what fits, and says why the rest does not; what was kept stays', async () => {
  const run = limited(randomUUID(), [1, undefined]);
  await run.put(RUN, '1-0.png', PICTURE);
  await run.put(RUN, '1-1.png', PICTURE);
  const refused: unknown = await run.put(RUN, '1-2.png', PICTURE).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoRoomError);
  expect(new StorageFailure('the picture', refused).message).toBe(
    'the picture could not be kept: the run has used its 1 MiB for pictures and videos',
  );
  await run.put(RUN, '1-3.png', Buffer.from('a small one'));
  expect(await readdir(join(home, DAY, RUN))).toEqual(['1-0.png', '1-1.png', '1-3.png']);
  await limited(randomUUID(), [1, undefined]).put(NEXT_DAY, '1-0.png', PICTURE);
});

it('I13: a run and a project are bounded by default', async () => {
  const config = readConfig({}, [
    'GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN',
    'GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT',
  ]);
  const [project, full] = [randomUUID(), randomUUID()];
  const started = (of: string) => limitsOfRun({ keep, sql: database.sql, config }, of);
  const run = started(project);
  // Size of a screenshot of noise.
  const noise = Buffer.alloc(2_760_000);
  const kept = await Promise.allSettled(
    Array.from({ length: 25 }, (_, step) => run.put(LARGE, `1-${step}.png`, noise)),
  );
  const refused = kept.filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject([{ reason: { message: expect.stringContaining('the run has used its') } }]);
  await countBytes(database.sql, { projectId: full, day: DAY, bytes: 20_480 * MIB, most: 1e12 });
  await expect(started(full).put(LARGE, '1-0.png', PICTURE)).rejects.toThrow('the project has used its');
});

it('a trace takes nothing of what its run has for pictures, and half of what its project has', async () => {
  const projectId = randomUUID();
  const run = limited(projectId, [0.5, 1]);
  const piece = (index: number) => pieceName(RUN, { epoch: 1, index });
  await run.put(RUN, piece(0), PICTURE);
  await expect(run.put(RUN, piece(1), PICTURE)).rejects.toThrow('the project has used its 0.5 MiB');
  await run.put(RUN, '1-0.png', PICTURE);
  await run.discard(RUN, [piece(0)]);
  await expect(run.put(RUN, '1-1.png', PICTURE)).rejects.toThrow('the run has used its 0.5 MiB');
  expect(await counted(projectId)).toBe(PICTURE.length);
});

it('a video that does not fit stays where it is', async () => {
  const file = join(home, 'long.webm');
  await writeFile(file, Buffer.alloc(2 * MIB));
  await expect(limited(randomUUID(), [1, undefined]).put(RUN, 'v.webm', { file })).rejects.toThrow(
    NoRoomError,
  );
  expect(await readdir(home)).toContain('long.webm');
});

it('a project keeps what fits over all its runs and days, and another one as much', async () => {
  const [project, another] = [randomUUID(), randomUUID()];
  await limited(project, [undefined, 1]).put(RUN, '1-0.png', PICTURE);
  await limited(project, [undefined, 1]).put(NEXT_DAY, '1-0.png', PICTURE);
  await expect(limited(project, [undefined, 1]).put(randomUUID(), '1-0.png', PICTURE)).rejects.toThrow(
    'the project has used its 1 MiB for pictures and videos',
  );
  await limited(another, [undefined, 1]).put(RUN, '1-0.png', PICTURE);
  expect(await counted(project)).toBe(2 * PICTURE.length);
});

it('I13: many who ask at once get as much as there is room for, to the byte', async () => {
  const projectId = randomUUID();
  const ask = () => countBytes(database.sql, { projectId, day: DAY, bytes: 10, most: 105 });
  const granted = await Promise.all(Array.from({ length: 40 }, ask));
  expect(granted.filter(Boolean)).toHaveLength(10);
  await uncountBytes(database.sql, { projectId, day: DAY, bytes: 10 });
  expect([await ask(), await ask()]).toEqual([true, false]);
});

it('what could not be kept is not counted', async () => {
  const projectId = randomUUID();
  await writeFile(join(home, 'a-file'), '');
  const run = limited(projectId, [1, 1]);
  for (let n = 0; n < 4; n += 1) {
    await expect(run.put('a-file', '1-0.png', PICTURE)).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect.poll(() => counted(projectId)).toBe(0);
  }
  await run.put(RUN, '1-9.png', PICTURE);
});

it('a database that does not answer costs no artifact, and each at most a second', async () => {
  await using network = await startFaultProxy(url);
  await using cut = connectDatabase({ url: network.url, applicationName: 'limits', poolSize: 1 });
  await cut.sql.rows('select 1');
  network.hold();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const kept = limited(randomUUID(), [undefined, 1], cut.sql).put(RUN, '1-a.png', PICTURE);
  await vi.advanceTimersByTimeAsync(1_000);
  await kept;
  vi.useRealTimers();
  network.sever();
  await limited(randomUUID(), [undefined, 1], cut.sql).put(RUN, '1-b.png', PICTURE);
});

it('what a project keeps is forgotten with the days whose runs are deleted', async () => {
  const projectId = randomUUID();
  for (const day of [dayFromNow(-40), dayFromNow(-32), dayFromNow(-31), dayFromNow(0)])
    await countBytes(database.sql, { projectId, day, bytes: 1, most: 100 });
  expect(await forgetBytes(database.sql, 30)).toBe(false);
  expect(await counted(projectId)).toBe(2);
});
