import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { CardPage } from '../session/card-page.tsx';
import { ConfirmDialog } from '../session/confirm-dialog.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { readSchedules, removeSchedule } from './schedules.ts';
import { schedulesText } from './schedules-text.ts';

const SIZES = { first: 50, more: 100, most: SCHEDULE_LIMITS.most };

type Asked = { what: 'add' } | { what: 'pause' | 'edit' | 'remove'; schedule: Schedule };

/** The schedules of one project: that of the address, or else of the user's first. */
export function SchedulesView({ project }: { project: string | undefined }) {
  return (
    <CardPage<Schedule, Asked>
      view="schedules"
      project={project}
      words={schedulesText.value}
      read={readSchedules}
      sizes={SIZES}
      mayChange={(role) => role === 'operator' || role === 'owner'}
      adding={{ what: 'add' }}
      renderCard={(schedule, { project, mayChange, ask, lookAgain }) => (
        <ScheduleCard
          key={schedule.name}
          {...{ schedule, project, mayChange, onChange: lookAgain }}
          onPause={() => ask({ what: 'pause', schedule })}
          onEdit={() => ask({ what: 'edit', schedule })}
          onRemove={() => ask({ what: 'remove', schedule })}
        />
      )}
      renderDialog={(asked, { project }, onClose) => <Dialogs {...{ asked, project, onClose }} />}
    />
  );
}

interface DialogsProps {
  asked: Asked;
  project: string;
  onClose(): void;
}

function Dialogs({ asked, project, onClose }: DialogsProps) {
  const { removeAsk } = schedulesText.value;
  if (asked.what === 'add') return <ScheduleDialog project={project} onClose={onClose} />;
  const { schedule } = asked;
  const place = { id: project, name: schedule.name };
  if (asked.what === 'edit') return <ScheduleDialog {...{ project, schedule, onClose }} />;
  if (asked.what === 'pause') return <PauseDialog place={place} onClose={onClose} />;
  return (
    <ConfirmDialog
      words={{ ...removeAsk, title: removeAsk.title(place.name) }}
      work={async () => {
        await removeSchedule(place);
        onClose();
      }}
      onClose={onClose}
    />
  );
}
