import { useMemo, useState } from 'preact/hooks';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { ChoiceField } from '../kit/inputs/choice-field.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import type { FieldIssues } from '../session/field-sending.ts';
import { ZonedTime } from './next-times.tsx';
import type { PreviewTime } from './schedules.ts';
import { schedulesText } from './schedules-text.ts';
import { usePreview } from './use-preview.ts';
import { knownZones, ownZone, zonedText } from './zoned-time.ts';

interface TimingFieldsProps {
  schedule: Schedule | undefined;
  issues: FieldIssues;
}

/** The pattern, its time zone, the rule for daylight saving, and when that is due. */
export function TimingFields({ schedule, issues: sent }: TimingFieldsProps) {
  const words = schedulesText.value;
  const { form } = words;
  const [cron, setCron] = useState(schedule?.cron ?? '');
  const [timezone, setTimezone] = useState(schedule?.timezone ?? ownZone());
  const [dst, setDst] = useState(schedule?.dst ?? 'after_gap');
  const { times, issues: found } = usePreview({ cron, timezone, dst });
  const issues = { ...sent, ...found };
  const zones = useMemo(knownZones, []);
  return (
    <>
      <TextField
        name="cron"
        label={form.cron}
        hint={form.cronHint}
        issue={issues.cron}
        class="code"
        required
        maxLength={SCHEDULE_LIMITS.cron}
        value={cron}
        onInput={(event) => setCron(event.currentTarget.value)}
      />
      <div class="beside">
        <TextField
          name="timezone"
          label={form.timezone}
          issue={issues.timezone}
          choices={zones}
          required
          value={timezone}
          onInput={(event) => setTimezone(event.currentTarget.value)}
        />
        <ChoiceField
          name="dst"
          label={words.dst}
          hint={form.dstHint}
          issue={issues.dst}
          choices={words.dstRules}
          chosen={dst}
          onChoose={setDst}
        />
      </div>
      <Preview times={times} zone={timezone} />
    </>
  );
}

function Preview({ times, zone }: { times: readonly PreviewTime[] | undefined; zone: string }) {
  const { form: words } = schedulesText.value;
  return (
    <div class="due-times preview" role="status">
      <h3>{words.preview}</h3>
      {times === undefined ? (
        <p class="soft">{words.previewHint}</p>
      ) : (
        <ol>
          {times.map(({ at, wall, status }) => (
            <li key={at}>
              {status === 'due' ? (
                <ZonedTime at={at} zone={zone} />
              ) : (
                <>
                  <s>{zonedText(`${wall}Z`, 'UTC')}</s> <span class="soft">{words.skipped}</span>
                </>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
