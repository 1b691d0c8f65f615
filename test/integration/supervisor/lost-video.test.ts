/* A run that asked for a video, and whose runner is lost, says that its video is lost. */
import { expect, it } from 'vitest';
import { BEGUN, CANCEL, CLAIM, LAUNCHED } from '../../support/database/runs.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const ASKED = `plan = jsonb_set(plan::jsonb, '{recordVideoOnFailure}', 'true')`;
const LOST = {
  code: 'video_lost_with_runner',
  text: 'recordVideoOnFailure: true, but the runner was lost, and the video with it',
};

async function notices(id: string) {
  const { events } = await supervisor.log(id);
  return events.flatMap(({ type, payload }) =>
    type === 'notice' ? [{ code: payload.code, text: payload.text }] : [],
  );
}

it.each([
  ['that was acting', [CLAIM, LAUNCHED, BEGUN]],
  ['that was being cancelled', [CLAIM, LAUNCHED, BEGUN, CANCEL]],
])('a lost run %s says that its video is lost', async (_, events) => {
  const run = await supervisor.orphaned(events);
  await supervisor.set(run.id, ASKED);
  expect(await supervisor.finalise(run.id, false)).toMatchObject({ outcome: 'finalised', stale: true });
  expect(await notices(run.id)).toEqual([LOST]);
  const { events: log } = await supervisor.log(run.id);
  expect(log.at(-1)).toMatchObject({ type: 'run_end' });
});

it('a lost run says nothing of a video that it never asked for, nor twice that there is none', async () => {
  const unasked = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN]);
  await supervisor.finalise(unasked.id, false);
  expect(await notices(unasked.id)).toEqual([]);

  const known = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN]);
  await supervisor.set(known.id, ASKED);
  await supervisor.sql.rows(
    `insert into events (run_id, seq, type, payload, at)
     select id, last_seq + 1, 'notice', '{"code": "no_video", "text": "no ffmpeg"}', clock_timestamp()
     from runs where id = $1`,
    [known.id],
  );
  await supervisor.set(known.id, 'last_seq = last_seq + 1');
  await supervisor.finalise(known.id, false);
  expect(await notices(known.id)).toEqual([{ code: 'no_video', text: 'no ffmpeg' }]);
});
