import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type EndingVideo, LateVideos } from '../../../services/runner/browser/late-videos.ts';

const log = { info() {}, warn() {} };
const TOLD = { runId: 'some-run' };

function video(path: string, keptAfterMs?: number): EndingVideo & { givenUp: boolean } {
  const given = Promise.withResolvers<undefined>();
  const kept = keptAfterMs === undefined ? given.promise : delay(keptAfterMs, path);
  const one = {
    ...{ path, kept, givenUp: false },
    giveUp() {
      one.givenUp = true;
      given.resolve(undefined);
    },
  };
  return one;
}

it('waits for the video of one more where as many are late as there may be, and gives it up in the end', async () => {
  const videos = new LateVideos(log);
  const late = ['1', '2', '3', '4'].map((path) => video(path));
  // Each end says where its video will be, and does not wait for it.
  expect(await Promise.all(late.map((one) => videos.pathOf(one, TOLD)))).toEqual(['1', '2', '3', '4']);

  expect(await videos.pathOf(video('soon', 400), TOLD)).toBe('soon');
  const never = video('never');
  expect(await videos.pathOf(never, TOLD)).toBeUndefined();
  expect([never.givenUp, ...late.map(({ givenUp }) => givenUp)]).toEqual([true, false, false, false, false]);

  await videos.flush(0);
  expect(late.map(({ givenUp }) => givenUp)).toEqual([true, true, true, true]);
});
