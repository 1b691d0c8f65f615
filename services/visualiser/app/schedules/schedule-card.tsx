import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { Icon, type IconName } from '../kit/icon.tsx';
import { CardWay, CardWays, Folded, ItemCard } from '../kit/item-card.tsx';
import { goToStarted, useActing } from '../session/acting.ts';
import { momentText } from '../text/moment.ts';
import { NextTimes } from './next-times.tsx';
import { OccurrenceDots } from './occurrence-dots.tsx';
import { PausedNote, ScheduleFacts, Starts } from './schedule-facts.tsx';
import { type NamedSchedule, releaseSchedule, startScheduled } from './schedules.ts';
import { schedulesText } from './schedules-text.ts';

const STATES = {
  on: { badge: 'badge-pass', icon: 'clock' },
  paused: { badge: 'badge-cancelling', icon: 'pause' },
  over: { badge: 'badge-queued', icon: 'check' },
} as const satisfies Record<string, { badge: string; icon: IconName }>;

interface ScheduleCardProps {
  schedule: Schedule;
  project: string;
  /** The user may start, pause, change and delete it. */
  mayChange: boolean;
  onPause(): void;
  onEdit(): void;
  onRemove(): void;
  /** Something about it is different now. */
  onChange(): void;
}

/** A schedule: what it starts when, when it is due next, and what became of its last times. */
export function ScheduleCard({ schedule, project, mayChange, ...on }: ScheduleCardProps) {
  const words = schedulesText.value;
  const { name, version, description, paused, start, updatedAt, by } = schedule;
  return (
    <ItemCard class="schedule-card" name={name} beside={<Standing schedule={schedule} />}>
      {description !== '' && <p class="clip">{description}</p>}
      {paused && <PausedNote paused={paused} />}
      <Starts schedule={schedule} project={project} />
      <ScheduleFacts schedule={schedule} />
      <NextTimes schedule={schedule} />
      <OccurrenceDots schedule={schedule} />
      {Object.keys(start).length > 0 && (
        <Folded title={words.startedWith}>
          {() => (
            <pre class="started-with">
              <code>{JSON.stringify(start, null, 2)}</code>
            </pre>
          )}
        </Folded>
      )}
      <p class="soft clip">{(version === 1 ? words.made : words.changed)(momentText(updatedAt), by)}</p>
      {mayChange && <Ways place={{ id: project, name }} isPaused={paused !== undefined} {...on} />}
    </ItemCard>
  );
}

function Standing({ schedule: { paused, next, failures } }: { schedule: Schedule }) {
  const words = schedulesText.value;
  const state = next.length === 0 ? 'over' : paused ? 'paused' : 'on';
  const { badge, icon } = STATES[state];
  return (
    <>
      <span class={`badge ${badge}`}>
        <Icon name={icon} size={13} />
        {words.states[state]}
      </span>
      {failures > 0 && (
        <span class="badge badge-fail">
          <Icon name="cross" size={13} />
          {words.failures(failures)}
        </span>
      )}
    </>
  );
}

interface WaysProps extends Pick<ScheduleCardProps, 'onPause' | 'onEdit' | 'onRemove' | 'onChange'> {
  place: NamedSchedule;
  isPaused: boolean;
}

function Ways({ place, isPaused, onPause, onEdit, onRemove, onChange }: WaysProps) {
  const words = schedulesText.value;
  const { busy: disabled, problem, act } = useActing(onChange);
  const way = (text: string) => ({ text, label: words.actionOn(text, place.name), disabled });
  return (
    <CardWays problem={problem}>
      <CardWay
        {...way(words.runNow)}
        onClick={() => void act(() => goToStarted(() => startScheduled(place)))}
      />
      {isPaused ? (
        <CardWay {...way(words.resume)} onClick={() => void act(() => releaseSchedule(place))} />
      ) : (
        <CardWay {...way(words.pause)} onClick={onPause} />
      )}
      <CardWay {...way(words.edit)} onClick={onEdit} />
      <CardWay {...way(words.remove)} tone="danger" onClick={onRemove} />
    </CardWays>
  );
}
