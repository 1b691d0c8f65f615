import { useState } from 'preact/hooks';
import type { RunDetail, RunSummary } from '#shared/api/client/index.ts';
import { LONGEST_SEARCH } from '#shared/api/limits.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { hasName, standingOf } from '../../kit/standing.ts';
import { usePolling } from '../../session/polling.ts';
import { hashOf } from '../../session/route.ts';
import { client } from '../../session/session.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { lastOf } from './last-of.ts';

const LOOK_MS = 20_000;
/** Among as many found runs those of the very name are looked for. */
const LOOKED_AT = 100;

/** How the last runs of the same flow ended, or of the same name: each leads to its run, the newest to the right. */
export function LastOutcomes({ run }: { run: RunDetail }) {
  const [found, setFound] = useState<readonly RunSummary[]>([]);
  usePolling(async (signal) => setFound(await readLast(run, signal)), {
    everyMs: LOOK_MS,
    key: `${run.id} ${isFinal(run.status)}`,
  });
  const { run: words, standing } = text.value;
  if (found.length < 2) return null;
  return (
    <nav class="last-outcomes" aria-label={words.lastOutcomes}>
      {found.map((one) => {
        const stands = standingOf(one);
        const took = isFinal(one.status) ? `, ${formatDuration(one.durationMs)}` : '';
        const about = `${standing[stands]}, ${momentText(one.startedAt)}${took}`;
        return (
          <a
            key={one.id}
            class={`last-outcome tone-${stands}`}
            href={hashOf({ view: 'run', id: one.id })}
            aria-current={one.id === run.id ? 'page' : undefined}
            title={about}
          >
            <span class="sr">{about}</span>
          </a>
        );
      })}
    </nav>
  );
}

async function readLast(run: RunDetail, signal: AbortSignal): Promise<readonly RunSummary[]> {
  const { project, flow, name = '' } = run;
  if (!flow && !hasName(run)) return [];
  const query = flow
    ? { project, flow: flow.name, limit: LOOKED_AT }
    : { project, q: name.slice(0, LONGEST_SEARCH), limit: LOOKED_AT };
  const response = await client.value.open('listRuns', { query }, { signal });
  return lastOf((await response.json()) as RunSummary[], run);
}
