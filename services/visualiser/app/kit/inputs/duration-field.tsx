import { useId } from 'preact/hooks';
import { unitText } from '../../text/unit-text.ts';
import { type DurationUnit, typedDuration, unitField } from './duration.ts';
import { Labelled, ofField } from './labelled.tsx';

interface DurationFieldProps {
  name: string;
  label: string;
  hint?: string;
  /** What the choice of its unit is called. */
  unit: string;
  /** Those that can be chosen, the smallest first. */
  units: readonly [DurationUnit, ...DurationUnit[]];
  /** The one of an empty field. */
  usual: DurationUnit;
  ms: number | undefined;
  issue: string | undefined;
  required?: boolean;
}

/** A number and its unit. */
export function DurationField({ name, label, hint, units, usual, ms, issue, ...given }: DurationFieldProps) {
  const id = useId();
  const typed = ms === undefined ? undefined : typedDuration(ms, units);
  return (
    <Labelled id={id} label={label} hint={hint} issue={issue}>
      <span class="duration-field">
        <input
          {...ofField(id, name, issue)}
          type="number"
          min="0"
          step="any"
          required={given.required ?? false}
          defaultValue={String(typed?.count ?? '')}
        />
        <select name={unitField(name)} aria-label={given.unit}>
          {units.map((unit) => (
            <option key={unit} value={unit} selected={unit === (typed?.unit ?? usual)}>
              {unitText(unit)}
            </option>
          ))}
        </select>
      </span>
    </Labelled>
  );
}
