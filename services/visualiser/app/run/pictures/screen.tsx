import { useState } from 'preact/hooks';
import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { text } from '../../text/text.ts';
import { Picture } from './picture.tsx';

export interface ScreenProps {
  path: string | undefined;
  alt: string;
  /** What the run was doing then. */
  caption: string;
}

/** The page at a moment; a click shows it large, and the arrow keys go on through time there. */
export function Screen({ path, alt, caption }: ScreenProps) {
  const { run } = text.value;
  const [isLarge, setLarge] = useState(false);
  const picture =
    path === undefined ? <p class="picture-note">{run.noPicture}</p> : <Picture path={path} alt={alt} />;
  return (
    <>
      {path === undefined ? (
        <div class="screen">{picture}</div>
      ) : (
        <button type="button" class="screen" title={run.enlarge} onClick={() => setLarge(true)}>
          {picture}
        </button>
      )}
      {isLarge && (
        <Dialog labelledBy="screen-title" isWide onClose={() => setLarge(false)}>
          <DialogHead id="screen-title" title={caption} onClose={() => setLarge(false)} />
          <div class="screen">{picture}</div>
        </Dialog>
      )}
    </>
  );
}
