import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { text } from '../../text/text.ts';
import { Picture } from './picture.tsx';

interface ScreenProps {
  path: string | undefined;
  alt: string;
}

/** The page at a moment; a click shows it large. */
export function Screen({ path, alt, onEnlarge }: ScreenProps & { onEnlarge(): void }) {
  const { run } = text.value;
  if (path === undefined)
    return (
      <div class="screen">
        <p class="picture-note">{run.noPicture}</p>
      </div>
    );
  return (
    <button
      type="button"
      class="screen"
      title={`${run.enlarge} (f)`}
      aria-keyshortcuts="f"
      onClick={onEnlarge}
    >
      <Picture path={path} alt={alt} />
    </button>
  );
}

interface LargeScreenProps extends ScreenProps {
  /** What the run was doing then. */
  caption: string;
  onClose(): void;
}

/** The same as large as the window allows; the arrow keys go on through time there. */
export function LargeScreen({ path, alt, caption, onClose }: LargeScreenProps) {
  return (
    <Dialog labelledBy="screen-title" isWide onClose={onClose}>
      <DialogHead id="screen-title" title={caption} onClose={onClose} />
      <div class="screen">
        {path === undefined ? (
          <p class="picture-note">{text.value.run.noPicture}</p>
        ) : (
          <Picture path={path} alt={alt} />
        )}
      </div>
    </Dialog>
  );
}
