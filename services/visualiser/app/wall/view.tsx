import { useState } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { UNOWNED } from '#shared/domain/run/states.ts';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { runNameOf } from '../kit/standing/standing.ts';
import { useTitle } from '../kit/title.ts';
import { savesData } from '../run/live/saves-data.ts';
import { useLive } from '../run/live/use-live.ts';
import { liveWords } from '../run/live/words.ts';
import { usePolling } from '../session/polling.ts';
import { hashOf } from '../session/route.ts';
import { client } from '../session/session.ts';

/** More would take more of a browser, and of its connection, than a look around is worth. */
const MOST = 20;
const EVERY_MS = 1_000;
const SAVING_MS = 8_000;

/** All runs that go on, each as its page is now. */
export function WallView() {
  const words = liveWords.value;
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  const [failed, setFailed] = useState(false);
  useTitle(words.wall);
  usePolling(
    async (signal) => {
      const query = { status: 'running' as const, limit: MOST };
      const listed = await client.peek().call('listRuns', { query }, { signal });
      setRuns(listed.filter(({ state }) => !UNOWNED.includes(state)));
      setFailed(false);
    },
    { everyMs: 3_000, key: '', onError: () => setFailed(true) },
  );
  if (!runs) return failed ? <Empty title={words.none} /> : <Skeleton lines={6} />;
  return (
    <section class="wall" aria-labelledby="wall-title">
      <h1 id="wall-title">{words.wall}</h1>
      <p class="soft">
        {words.count(runs.length)} {runs.length === MOST && words.most(MOST)}
      </p>
      {runs.length === 0 && <Empty title={words.none} lead={words.noneLead} />}
      <ul class="wall-runs">
        {runs.map((run) => (
          <li key={run.id}>
            <WallRun run={run} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function WallRun({ run }: { run: RunSummary }) {
  const words = liveWords.value;
  const everyMs = savesData() ? SAVING_MS : EVERY_MS;
  const { canvas, state, drawn } = useLive(run.id, { page: null, everyMs, size: 'small' });
  const isCovered = state?.covered !== undefined;
  const isShown = drawn !== undefined && !isCovered;
  return (
    <a
      class="card wall-run"
      href={hashOf({ view: 'run', id: run.id })}
      data-live={isCovered ? 'covered' : isShown ? 'shown' : 'waiting'}
    >
      <div class="screen live-screen">
        <canvas ref={canvas} role="img" aria-label={words.alt} hidden={!isShown} />
        {isCovered && <p class="live-card">{words.covered}</p>}
        {!isCovered && !isShown && <p class="picture-note">{words.waiting}</p>}
      </div>
      <div class="wall-name">
        <bdi>{runNameOf(run)}</bdi>
      </div>
    </a>
  );
}
