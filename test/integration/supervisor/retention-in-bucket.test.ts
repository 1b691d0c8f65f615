/* Nothing of the runs of a deleted day stays in the object store, also if the store was away then. */
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { startDuties } from '../../../services/supervisor/duty.ts';
import { deleteOldRuns } from '../../../services/supervisor/old-runs.ts';
import { retentionDuties } from '../../../services/supervisor/retention.ts';
import { dayFromNow, daysMade, idOn } from '../../support/database/days.ts';
import { eventually } from '../../support/eventually.ts';
import { readSeries, sumOf } from '../../support/http/figures.ts';
import { quietLog } from '../../support/log-lines.ts';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../support/servers/s3.ts';
import { useSupervisor } from './fixture.ts';
import { runIds, runsOfDay } from './old-runs.ts';

const supervisor = useSupervisor();
const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
const artifacts = await openArtifacts(s3.config(tmpdir(), network.url), { warn: () => undefined });

const deleteOld = () =>
  deleteOldRuns({ sql: supervisor.sql, days: 30, artifacts, stopping: new AbortController().signal });

it('the retention counts the turns in which nothing can be removed, from 0, and those in which it can', async () => {
  const figures = collectFigures('supervisor', '0');
  const turns = async (result: string) =>
    sumOf(readSeries(await figures.read()), 'ghostly_retention_turns_total', {
      ghostly_retention_kind: 'runs',
      ghostly_retention_result: result,
    });
  expect([await turns('failed'), await turns('done')]).toEqual([0, 0]);
  const day = dayFromNow(-41);
  await runsOfDay(supervisor, { day, count: 1, artifacts, ids: [idOn(day)] });
  const stop = new AbortController();
  network.sever();
  const resources = new AsyncDisposableStack();
  const { sql } = supervisor;
  const { runs } = retentionDuties({ sql, days: 30, webhookDays: 7, artifacts, stopping: stop.signal });
  const leadership = { isLeading: () => true, onLead: () => undefined };
  startDuties({ runs: { ...runs, everyMs: 50 } }, { leadership, log: quietLog(), resources });
  try {
    await eventually(async () => expect(await turns('failed')).toBeGreaterThan(0));
    network.heal();
    await eventually(async () => expect(await turns('done')).toBeGreaterThan(0));
    expect(await s3.keys()).toEqual([]);
  } finally {
    network.heal();
    stop.abort();
    await resources.disposeAsync();
  }
});

it('nothing of the runs of a day stays in the store, also if it is away when they are deleted', async () => {
  const { sql } = supervisor;
  const day = dayFromNow(-40);
  const ids = [idOn(day), idOn(day)];
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
