import { useEffect, useState } from 'preact/hooks';
import type { CancelMode, DryRun } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { Icon } from '../../kit/icon.tsx';
import { client } from '../../session/session.ts';
import { text } from '../../text/text.ts';

/** What a dry run says that the cancel would do. */
export function CancelPreview({ id, mode }: { id: string; mode: CancelMode }) {
  const { stop } = text.value;
  const preview = useDryRun(id, mode);
  if (!preview) return <p class="cancel-preview" aria-hidden="true" />;
  const { path, step, onCancelSteps, withinMs, stale } = preview;
  const facts = [
    step && (step.atomic && mode !== 'force' ? stop.waits : stop.interrupts)(step.index + 1, step.action),
    onCancelSteps > 0 && stop.cleans(onCancelSteps),
    stale ? stop.staleNow : stop.within(formatDuration(withinMs)),
  ].filter((fact) => fact !== undefined && fact !== false);
  return (
    <div class="cancel-preview">
      <p>
        {stop.path}{' '}
        {path.map((state, n) => (
          <span key={state}>
            {n > 0 && <Icon name="arrow" size={12} />}
            <code>{stateName(state)}</code>
          </span>
        ))}
      </p>
      <p class="soft">{facts.join(' · ')}</p>
    </div>
  );
}

function useDryRun(id: string, mode: CancelMode): DryRun | undefined {
  const [preview, setPreview] = useState<DryRun | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    client.value
      .cancel(id, { mode, dryRun: true, signal: leaving.signal })
      .then(setPreview, () => setPreview(undefined)); // it only tells beforehand what the answer will be
    return () => leaving.abort();
  }, [id, mode]);
  return preview;
}
