import type { RunsFilter } from '../session/runs-filter.ts';
import { text } from '../text/text.ts';
import { Select } from './select.tsx';

interface SelectsProps {
  filter: RunsFilter;
  change(part: Partial<RunsFilter>): void;
}

/** The order, the time and the users of the runs that are listed. */
export function FilterSelects(props: SelectsProps) {
  return (
    <>
      <Order {...props} />
      <Times {...props} />
      <Who {...props} />
    </>
  );
}

function Order({ filter: { order, attention }, change }: SelectsProps) {
  const { runs: words } = text.value;
  return (
    <Select
      label={words.order}
      name="order"
      value={attention === '' ? order : attention === 'me' ? 'waiting' : 'attention'}
      options={[
        ['', words.orders.newest],
        ['longest', words.orders.longest],
        ['attention', words.orders.attention],
        ['waiting', text.value.app.waiting],
      ]}
      onChange={(value) =>
        change(
          value === 'attention' || value === 'waiting'
            ? { attention: value === 'waiting' ? 'me' : '1' }
            : { order: value, attention: '' },
        )
      }
    />
  );
}

const AGES = ['1h', '12h', '24h', '7d'] as const;
const CUSTOM = 'custom';

function Times({ filter: { since, until }, change }: SelectsProps) {
  const { runs: words } = text.value;
  const age = AGES.find((known) => known === since && until === '');
  const isCustom = age === undefined && (since !== '' || until !== '');
  const choose = (value: string) => change({ since: value === CUSTOM ? lastMidnight() : value, until: '' });
  return (
    <>
      <Select
        label={words.time}
        name="time"
        value={isCustom ? CUSTOM : (age ?? '')}
        options={[
          ['', words.anyTime],
          ...AGES.map((known) => [known, words.ages[known]] as const),
          [CUSTOM, words.customTime],
        ]}
        onChange={choose}
      />
      {isCustom && (
        <span class="times">
          <Time label={words.since} value={since} onChange={(value) => change({ since: value })} />
          <Time label={words.until} value={until} onChange={(value) => change({ until: value })} />
        </span>
      )}
    </>
  );
}

const lastMidnight = (): string => new Date(new Date().setHours(0, 0, 0, 0)).toISOString();

interface TimeProps {
  label: string;
  value: string;
  onChange(value: string): void;
}

function Time({ label, value, onChange }: TimeProps) {
  return (
    <label class="time">
      <span class="soft">{label}</span>
      <input
        type="datetime-local"
        value={localOf(value)}
        onChange={({ currentTarget: { value: local } }) =>
          onChange(local === '' ? '' : new Date(local).toISOString())
        }
      />
    </label>
  );
}

/** The value of the field: the reader's time, to the minute. */
function localOf(value: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return '';
  const zone = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - zone).toISOString().slice(0, 16);
}

function Who({ filter: { startedBy, stoppedBy }, change }: SelectsProps) {
  const { runs: words } = text.value;
  const value =
    startedBy !== '' ? `startedBy ${startedBy}` : stoppedBy === '' ? '' : `stoppedBy ${stoppedBy}`;
  const user = startedBy || stoppedBy;
  const others = user === '' || user === 'me' ? [] : [[value, words.byOther(stoppedBy !== '')] as const];
  const choose = (chosen: string) => {
    const [field = '', who = ''] = chosen.split(' ');
    change({ startedBy: '', stoppedBy: '', ...(field !== '' && { [field]: who }) });
  };
  return (
    <Select
      label={words.who}
      name="who"
      value={value}
      options={[
        ['', words.anybody],
        ['startedBy me', words.startedByMe],
        ['stoppedBy me', words.stoppedByMe],
        ...others,
      ]}
      onChange={choose}
    />
  );
}
