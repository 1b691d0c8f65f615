import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { client, endsSession } from '../../session/session.ts';
import { text } from '../../text/text.ts';

type Opened = 'idle' | 'opening' | 'none' | 'noViewer' | 'failed';

/** Opens Playwright's trace of a run in its viewer, in a tab of its own; where there is no viewer, offers the file. */
export function TraceButton({ id }: { id: string }) {
  const { run } = text.value;
  const [opened, setOpened] = useState<Opened>('idle');
  async function open(): Promise<void> {
    // The browser lets a click alone open a tab, and the address of the trace comes later.
    const tab = window.open('about:blank', '_blank');
    setOpened('opening');
    try {
      const { url } = await client.value.call('viewPlaywrightTrace', { params: { id } });
      if (tab) {
        tab.opener = null;
        tab.location.replace(url);
      }
      setOpened('idle');
    } catch (error) {
      tab?.close();
      if (!endsSession(error)) setOpened(problemOf(error));
    }
  }
  return (
    <span class="trace-button">
      <button
        type="button"
        class="button compact"
        title={run.traceHint}
        disabled={opened === 'opening'}
        onClick={() => void open()}
      >
        {run.trace}
      </button>
      {opened === 'noViewer' && (
        <a href={`/v1/runs/${id}/playwright-trace`} download>
          {run.traceProblems.noViewer}
        </a>
      )}
      {(opened === 'none' || opened === 'failed') && (
        <span class="soft" role="alert">
          {run.traceProblems[opened]}
        </span>
      )}
    </span>
  );
}

function problemOf(error: unknown): Opened {
  if (!(error instanceof ApiError) || error.status !== 404) return 'failed';
  return error.code === 'no_viewer' ? 'noViewer' : 'none';
}
