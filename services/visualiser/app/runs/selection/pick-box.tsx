import type { TargetedMouseEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { text } from '../../text/text.ts';
import { deselectAll, extendTo, selectAll, selection, toggleRun } from './selected-runs.ts';
import { howMany, isSelectable } from './selection.ts';

/** Selects a run of the list; with the shift key, all from the last one to it. Runs that have ended have none. */
export function PickBox({ run, shown }: { run: RunSummary; shown: readonly RunSummary[] }) {
  if (!isSelectable(run)) return null;
  const click = (event: TargetedMouseEvent<HTMLInputElement>) => {
    if (event.shiftKey) extendTo(run, shown);
    else toggleRun(run);
  };
  return (
    <label class="pick">
      <span class="sr">{text.value.selection.pick(shortId(run.id))}</span>
      <input
        type="checkbox"
        checked={selection.value.runs.has(run.id)}
        aria-keyshortcuts="x"
        onClick={click}
      />
    </label>
  );
}

/** Selects all that are listed and have not ended, or none. */
export function PickAllBox({ shown }: { shown: readonly RunSummary[] }) {
  const box = useRef<HTMLInputElement>(null);
  const selected = howMany(selection.value, shown);
  useEffect(() => {
    if (box.current) box.current.indeterminate = selected === 'some';
  }, [selected]);
  if (!shown.some(isSelectable)) return null;
  return (
    <label class="pick">
      <span class="sr">{text.value.selection.pickAll}</span>
      <input
        ref={box}
        type="checkbox"
        checked={selected === 'all'}
        onChange={() => (selected === 'all' ? deselectAll() : selectAll(shown))}
      />
    </label>
  );
}
