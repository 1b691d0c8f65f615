import type { ComponentChildren } from 'preact';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { hashOf } from '../session/route.ts';
import { momentText } from '../text/moment.ts';
import { chosenDuration } from '../text/unit-text.ts';
import { ZonedTime } from './next-times.tsx';
import { schedulesText } from './schedules-text.ts';

/** What is done if something gets in the way. */
export function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const words = schedulesText.value;
  const { overlap, dst, catchUp } = schedule;
  return (
    <dl class="card-facts">
      <Known name={words.overlap}>{words.overlaps[overlap]}</Known>
      <Known name={words.dst}>{words.dstRules[dst]}</Known>
      <Known name={words.catchUp}>
        {words.catchUps[catchUp.mode]}
        {catchUp.mode !== 'none' && (
          <span class="soft">, {words.within(chosenDuration(catchUp.withinMs))}</span>
        )}
      </Known>
      <RareFacts schedule={schedule} />
    </dl>
  );
}

/** What not each of them has. */
function RareFacts({ schedule }: { schedule: Schedule }) {
  const words = schedulesText.value;
  const { timezone, windowMs, offsetMs, startAt, endAt, pauseAfterFailures } = schedule;
  return (
    <>
      {pauseAfterFailures !== undefined && (
        <Known name={words.pausesAfter}>{words.failures(pauseAfterFailures)}</Known>
      )}
      {windowMs > 0 && (
        <Known name={words.window}>{words.offset(formatDuration(offsetMs), chosenDuration(windowMs))}</Known>
      )}
      {startAt !== undefined && (
        <Known name={words.from}>
          <ZonedTime at={startAt} zone={timezone} />
        </Known>
      )}
      {endAt !== undefined && (
        <Known name={words.until}>
          <ZonedTime at={endAt} zone={timezone} />
        </Known>
      )}
    </>
  );
}

const Known = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

interface StartsProps {
  schedule: Schedule;
  project: string;
}

/** What it starts, and when. */
export function Starts({ schedule: { cron, timezone, flow }, project }: StartsProps) {
  const words = schedulesText.value;
  return (
    <p class="starts">
      <span>
        <span class="sr">{words.pattern} </span>
        <code class="pattern">{cron}</code> <span class="soft">{timezone}</span>
      </span>
      <span>
        <span class="soft">{words.flow}</span>{' '}
        <a href={hashOf({ view: 'flow', project, name: flow.name })}>{flow.name}</a>{' '}
        <span class="soft">{flow.version === undefined ? words.newest : words.version(flow.version)}</span>
      </span>
    </p>
  );
}

/** Since when it is paused, by whom, and why. */
export function PausedNote({ paused }: { paused: NonNullable<Schedule['paused']> }) {
  const words = schedulesText.value.paused;
  const { at, why, by, reason } = paused;
  return (
    <p class={why === 'user' ? 'note' : 'note is-warning'}>
      <span>
        {words[why](momentText(at), by)} {reason !== undefined && <q>{reason}</q>}
      </span>
    </p>
  );
}
