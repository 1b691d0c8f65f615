import { useEffect, useState } from 'preact/hooks';
import { objectUrlOf } from '../state/artifacts.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { DialogHead } from './dialog-head.tsx';
import { Icon } from './icon.tsx';

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
  const [url, setUrl] = useState<string | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isWanted = true;
    objectUrlOf(path).then(
      (found) => isWanted && setUrl(found),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [path]);
  return (
    <div class="screen">
      {failed && <span class="picture-note">{text.value.run.pictureFailed}</span>}
      {url !== undefined && <video src={url} controls autoplay muted />}
    </div>
  );
}
