import type { CancelMode } from '#shared/api/client/index.ts';
import { REASON_LIMIT } from '#shared/api/limits.ts';
import { text } from '../text/text.ts';

/** Why: shown to everybody who may see the run. */
export function Reason({ value, onInput }: { value: string; onInput(reason: string): void }) {
  const { stop } = text.value;
  return (
    <label class="field">
      <span>{stop.reason}</span>
      <input
        name="reason"
        value={value}
        maxLength={REASON_LIMIT}
        autocomplete="off"
        autofocus
        aria-describedby="stop-reason-hint"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="hint" id="stop-reason-hint">
        {stop.reasonHint}
      </span>
    </label>
  );
}

/** How hard. */
export function Modes({ chosen, onChoose }: { chosen: CancelMode; onChoose(mode: CancelMode): void }) {
  const { stop } = text.value;
  return (
    <fieldset class="modes">
      <legend>{stop.how}</legend>
      {(['graceful', 'force'] as const).map((mode) => (
        <label key={mode} class="mode">
          <input type="radio" name="mode" checked={chosen === mode} onChange={() => onChoose(mode)} />
          <span>
            <strong>{stop[mode]}</strong>
            <span class="hint">{stop[`${mode}Hint`]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
