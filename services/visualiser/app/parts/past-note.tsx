import { formatOffset } from '../model/duration.ts';
import { text } from '../text/text.ts';
import { Icon } from './icon.tsx';

export interface PastNoteProps {
  seq: number;
  /** The number of the last event. */
  last: number;
  /** From the start of the run to the moment, ms. */
  offset: number;
  hasEnded: boolean;
  onBack(): void;
}

/** That what is shown is not how the run is now. It stays in sight, with the way back. */
export function PastNote({ seq, last, offset, hasEnded, onBack }: PastNoteProps) {
  const { run } = text.value;
  return (
    <div class="past-note" role="status">
      <Icon name="clock" />
      <p>
        <strong>{run.past}</strong> <span>{run.pastAt(seq, last, formatOffset(offset).slice(1))}</span>
      </p>
      <button type="button" class="button" onClick={onBack}>
        {hasEnded ? run.backToEnd : run.backToNow}
      </button>
    </div>
  );
}
