import { useState } from 'preact/hooks';
import type { RunDetail, RunSummary } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { standingOf } from '../../kit/standing/standing.ts';
import { usePolling } from '../../session/polling.ts';
import { hashOf } from '../../session/route.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { readLast } from './read-last.ts';

const LOOK_MS = 20_000;

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
