import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { openArtifacts } from '#shared/artifacts/configured.ts';
import { deleteOldRuns } from '../../../services/supervisor/old-runs.ts';
import { dayFromNow, daysMade, idOn } from '../../support/database/days.ts';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../support/servers/s3.ts';
import { useSupervisor } from './fixture.ts';
import { runIds, runsOfDay } from './old-runs.ts';

const supervisor = useSupervisor();
const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
const artifacts = await openArtifacts(s3.config(tmpdir(), network.url), { warn: () => undefined });

/** As gateways of earlier versions made them: random, so that it tells no day. */
const ofEarlierVersion = (id: string) => `${id.slice(0, 14)}4${id.slice(15)}`;
const deleteOld = () =>
  deleteOldRuns({ sql: supervisor.sql, days: 30, artifacts, stopping: new AbortController().signal });

it.each([
  ['of a day', idOn],
  ['of an earlier version that lie among those of a day', (day: string) => ofEarlierVersion(idOn(day))],
])('nothing of runs %s stays in the store, also if it is away when they are deleted', async (_, idFor) => {
  const { sql } = supervisor;
  const day = dayFromNow(-40);
  const ids = [idFor(day), idFor(day)];
  await runsOfDay(supervisor, { day, count: ids.length, artifacts, ids });
  expect(await s3.keys()).toHaveLength(2);
  network.sever();
  try {
    await expect(deleteOld()).rejects.toThrow();
  } finally {
    network.heal();
  }
  expect(await daysMade(sql)).toContain(day);
  await deleteOld();
  expect(await s3.keys()).toEqual([]);
  expect(await runIds(sql)).toEqual([]);
  expect(await daysMade(sql)).not.toContain(day);
});
