import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { Editor } from '../../kit/editor/editor.tsx';
import { formatFlow } from '../../kit/editor/flow-text.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { Icon } from '../../kit/icon.tsx';
import { FormProblem } from '../../kit/problem.tsx';
import { mayWrite } from '../../session/may-write.ts';
import { problemText } from '../../session/problem-text.ts';
import { useSending } from '../../session/sending.ts';
import { endsSession } from '../../session/session.ts';
import { bringBackFlow, type FlowPlace, readVersion } from '../flows.ts';
import { flowWords } from '../words.ts';

type Flow = Readonly<Record<string, unknown>>;

interface VersionDialogProps {
  place: FlowPlace;
  version: number;
  isNewest: boolean;
  onRun(flow: Flow): void;
  onRestored(): void;
  onClose(): void;
}

/** A version as it was saved: to be read and copied, run, or made the newest again. */
export function VersionDialog({ place, version, isNewest, onRun, onRestored, onClose }: VersionDialogProps) {
  const { versions: words } = flowWords.value;
  const flow = useVersion(place, version);
  const { busy, problem, send } = useSending(problemText);
  const restore = async () => {
    await bringBackFlow(place, version);
    onRestored();
  };
  return (
    <Dialog labelledBy="version-title" onClose={onClose}>
      <div class="version-dialog">
        <DialogHead id="version-title" title={words.ofVersion(version)} onClose={onClose} />
        {flow === undefined && <Skeleton lines={8} />}
        {flow === 'failed' && <p class="problem">{words.failed}</p>}
        {typeof flow === 'object' && <VersionText flow={flow} />}
        <FormProblem text={problem} />
        {typeof flow === 'object' && mayWrite(place.id) && (
          <div class="dialog-actions">
            {!isNewest && (
              <button type="button" class="button" disabled={busy} onClick={() => void send(restore)}>
                <Icon name="again" />
                {busy ? words.restoring : words.makeNewest}
              </button>
            )}
            <button type="button" class="button primary" onClick={() => onRun(flow)}>
              <Icon name="play" />
              {words.run}
            </button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function VersionText({ flow }: { flow: Flow }) {
  const { page: words } = flowWords.value;
  const text = formatFlow(flow);
  return (
    <div class="flow-text">
      <label for="version-flow">{words.json}</label>
      <CopyButton value={() => text} label={words.copy} />
      <Editor
        id="version-flow"
        value={text}
        issues={[]}
        describedBy="version-title"
        isReadOnly
        onChange={() => {}}
      />
    </div>
  );
}

function useVersion(place: FlowPlace, version: number): Flow | 'failed' | undefined {
  const [flow, setFlow] = useState<Flow | 'failed' | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    readVersion(place, version, signal).then(
      (read) => setFlow(read.flow),
      (error: unknown) => {
        if (!signal.aborted && !endsSession(error)) setFlow('failed');
      },
    );
    return () => leaving.abort();
  }, [place, version]);
  return flow;
}
