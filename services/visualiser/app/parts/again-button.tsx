import { useState } from 'preact/hooks';
import { ApiError, secretsAskedFor } from '#shared/client/index.ts';
import { go } from '../state/route.ts';
import { client, endsSession } from '../state/session.ts';
import { text } from '../text/text.ts';
import { AgainDialog } from './again-dialog.tsx';
import { Icon } from './icon.tsx';

/** Starts the flow of a run again. Secrets that another user wrote are asked for first. */
export function AgainButton({ id }: { id: string }) {
  const { run: words } = text.value;
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const [asked, setAsked] = useState<string[]>([]);

  async function again(values: Record<string, string>): Promise<void> {
    setState('busy');
    try {
      const started = await client.value.rerun(id, { values });
      go({ view: 'run', id: started.id });
    } catch (error) {
      if (endsSession(error)) return;
      const missing = error instanceof ApiError ? secretsAskedFor(error.body) : [];
      setAsked(missing);
      setState(missing.length > 0 ? 'idle' : 'failed');
    }
  }
  return (
    <>
      {state === 'failed' && (
        <span class="problem" role="alert">
          {words.againFailed}
        </span>
      )}
      <button type="button" class="button" disabled={state === 'busy'} onClick={() => void again({})}>
        <Icon name="again" />
        {state === 'busy' ? words.againBusy : words.again}
      </button>
      {asked.length > 0 && (
        <AgainDialog
          places={asked}
          isBusy={state === 'busy'}
          onSubmit={(values) => void again(values)}
          onClose={() => setAsked([])}
        />
      )}
    </>
  );
}
