import { useState } from 'preact/hooks';
import type { System } from '#shared/api/contract/service/system.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { AsItWas } from '../kit/as-it-was.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTitle } from '../kit/title.ts';
import { useKept } from '../session/kept.ts';
import { usePolling } from '../session/polling.ts';
import { client } from '../session/session.ts';
import { figuresOf } from './figures.ts';
import { LastHourSection } from './last-hour.tsx';
import { Numbers } from './numbers.tsx';
import { RunnerCard } from './runner-card.tsx';
import { ServersSection } from './servers.tsx';
import { systemWords } from './words.ts';

const LOOK_MS = 1_000;

export function SystemView() {
  const { system: words } = systemWords.value;
  const [system, setSystem] = useKept<System>('system');
  const [answerMs, setAnswerMs] = useState<number | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  useTitle(words.title);
  usePolling(
    async (signal) => {
      const askedAt = performance.now();
      setSystem(await client.value.call('system', {}, { signal }));
      setAnswerMs(performance.now() - askedAt);
      setFailed(false);
    },
    { everyMs: LOOK_MS, key: '', onError: () => setFailed(true) },
  );
  if (!system) return failed ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={8} />;
  const now = Date.parse(system.now);
  const figures = figuresOf(system);
  return (
    <section class="system page" aria-labelledby="system-title">
      <header class="page-head">
        <h1 id="system-title">{words.title}</h1>
        <AsItWas />
        <span class="tag">{words.lease(formatAge(system.leaseMs))}</span>
      </header>
      <Numbers system={system} figures={figures} />
      <ServersSection system={system} now={now} answerMs={answerMs} />
      <LastHourSection now={now} figures={figures} />
      <h2>{words.runners}</h2>
      {system.runners.length === 0 ? (
        <Empty title={words.noRunners} lead={words.noRunnersLead} />
      ) : (
        <ul class="runners">
          {system.runners.map((runner) => (
            <RunnerCard key={runner.id} runner={runner} now={now} />
          ))}
        </ul>
      )}
      <h2>{words.supervisors}</h2>
      <Supervisors system={system} now={now} />
    </section>
  );
}

function Supervisors({ system, now }: { system: System; now: number }) {
  const { system: words } = systemWords.value;
  const { supervisors, leader } = system;
  return (
    <>
      {!leader && (
        <p class="note is-warning">
          <Icon name="warning" />
          {supervisors.length === 0 ? words.noSupervisors : words.noLeader}
        </p>
      )}
      {supervisors.length > 0 && (
        <ul class="supervisors">
          {supervisors.map(({ id, leader: leads, since }) => (
            <li key={id} class="card">
              <span class={leads ? 'badge badge-running' : 'badge badge-queued'}>
                <Icon name={leads ? 'check' : 'clock'} size={13} />
                {leads ? words.leader : words.standby}
              </span>
              <code>{id.slice(0, 8)}</code>
              {since !== undefined && (
                <span class="soft">
                  {words.up} {formatAge(now - Date.parse(since))}
                </span>
              )}
              {leads && leader && (
                <span class="soft">{words.leads(formatDuration(Date.parse(leader.until) - now))}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
