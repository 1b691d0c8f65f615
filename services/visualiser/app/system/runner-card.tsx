import type { CallReply } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { Fact } from '../kit/fact.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import { standingOf } from '../kit/standing/standing.ts';
import { StandingBadge } from '../kit/standing/standing-badge.tsx';
import { text } from '../text/text.ts';
import { systemWords } from './words.ts';

type Runner = CallReply<'system'>['runners'][number];
type HeldRun = Runner['runs'][number];

const ICONS: Record<Runner['condition'], IconName> = { alive: 'check', silent: 'warning', gone: 'cross' };

interface RunnerProps {
  runner: Runner;
  now: number;
}

/** A runner: whether it lives, its slots, and the runs in them. */
export function RunnerCard({ runner, now }: RunnerProps) {
  const { system: words } = systemWords.value;
  const { id, condition, busy } = runner;
  const isIdle = condition === 'alive' && !runner.takesRuns;
  const tone = condition === 'gone' && busy > 0 ? 'lost' : isIdle ? 'silent' : condition;
  return (
    <li class={`card runner is-${condition}`} data-runner={id} data-condition={condition}>
      <header>
        <code class="runner-id">{id.slice(0, 8)}</code>
        <span class={`badge condition-${tone}`} title={words.conditionHints[condition]}>
          <Icon name={isIdle ? 'warning' : ICONS[condition]} size={13} />
          {words.conditions[condition]}
          {isIdle && ` · ${words.takesNothing}`}
        </span>
      </header>
      {condition === 'alive' && <WhyIdle runner={runner} />}
      <Slots runner={runner} />
      <Facts runner={runner} now={now} />
      <Held runner={runner} now={now} />
    </li>
  );
}

function Slots({ runner: { busy, slots } }: { runner: Runner }) {
  const { system: words } = systemWords.value;
  return (
    <div class="slots" role="img" aria-label={`${words.slotsLabel}: ${words.slots(busy, slots)}`}>
      {Array.from({ length: Math.max(slots, busy) }, (_, n) => (
        <span key={n} class={n < busy ? 'slot is-busy' : 'slot'} />
      ))}
      <span class="slots-text">
        {busy}/{slots}
      </span>
    </div>
  );
}

function Facts({ runner, now }: RunnerProps) {
  const { system: words } = systemWords.value;
  const { condition, labels, browsers, startedAt, heartbeatAt, host, pid } = runner;
  return (
    <dl class="facts">
      <Fact name={words.heartbeat}>{words.ago(formatAge(now - Date.parse(heartbeatAt)))}</Fact>
      {condition !== 'gone' && <Fact name={words.up}>{formatAge(now - Date.parse(startedAt))}</Fact>}
      <Fact name={words.browsers}>{browsers ?? '–'}</Fact>
      {labels.length > 0 && <Fact name={words.labels}>{labels.join(', ')}</Fact>}
      {pid !== undefined && (
        <Fact name={words.place}>
          {host} · {pid}
        </Fact>
      )}
    </dl>
  );
}

/** Its runs, of which only those that the user may see have a line. */
function Held({ runner: { busy, runs }, now }: RunnerProps) {
  const { system: words } = systemWords.value;
  const hidden = busy - runs.length;
  return (
    <ul class="held">
      {runs.map((run) => (
        <li key={run.id}>
          <StandingBadge standing={standingOf(run)} />
          <a href={`#/runs/${run.id}`}>
            <code>{shortId(run.id)}</code>
          </a>
          <Lease run={run} now={now} />
        </li>
      ))}
      {hidden > 0 && <li class="soft">{words.hidden(hidden)}</li>}
      {busy === 0 && <li class="soft">{words.idle}</li>}
    </ul>
  );
}

/** Why a live runner claims nothing now; only admins see its own error message. */
function WhyIdle({ runner: { takesRuns, unavailable, trouble } }: { runner: Runner }) {
  const { system: words } = systemWords.value;
  const { words: said } = text.value;
  if (unavailable === undefined) return null;
  const why = (unavailable.code && said.unavailable[unavailable.code]) ?? unavailable.text;
  if (takesRuns) return <p class="soft">{why}</p>;
  return (
    <div class="why-idle">
      <p class="note is-warning">
        <Icon name="warning" />
        {why}
      </p>
      {trouble !== undefined && (
        <p>
          <span class="soft">{words.trouble}</span> <code lang="en">{trouble}</code>
        </p>
      )}
    </div>
  );
}

/** So much of a lease may pass until the next heartbeat has certainly been missed. */
const MISSED = 0.25;

/** Nothing, unless a heartbeat is missing. */
function Lease({ run: { leaseUntil, heartbeatAt }, now }: { run: HeldRun; now: number }) {
  const { system: words } = systemWords.value;
  if (leaseUntil === undefined || heartbeatAt === undefined) return null;
  const [until, heard] = [Date.parse(leaseUntil), Date.parse(heartbeatAt)];
  if (now - heard < MISSED * (until - heard)) return null;
  const left = until - now;
  return left > 0 ? (
    <span class="soft">{words.leaseLeft(formatDuration(left))}</span>
  ) : (
    <span class="is-error">{words.leaseOver}</span>
  );
}
