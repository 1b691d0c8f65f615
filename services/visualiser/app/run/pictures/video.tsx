import { useState } from 'preact/hooks';
import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { Icon } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import { useFetchedObject } from './fetched-object.ts';

/** The video of a run that failed, behind a button; it is fetched when it is wanted. */
export function VideoButton({ path }: { path: string }) {
  const { run } = text.value;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button compact" onClick={() => setOpen(true)}>
        <Icon name="play" size={12} />
        {run.play}
      </button>
      {isOpen && (
        <Dialog labelledBy="video-title" isWide onClose={() => setOpen(false)}>
          <DialogHead id="video-title" title={run.video} onClose={() => setOpen(false)} />
          <Video path={path} />
        </Dialog>
      )}
    </>
  );
}

function Video({ path }: { path: string }) {
  const { object, problem } = useFetchedObject(path);
  return (
    <div class="screen">
      {problem && <span class="picture-note">{text.value.run.pictureProblems[problem]}</span>}
      {object !== undefined && <video src={object.url} controls autoplay muted />}
    </div>
  );
}
