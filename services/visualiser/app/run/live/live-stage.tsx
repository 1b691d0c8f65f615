import { useState } from 'preact/hooks';
import { StagePicture, type StagePictureProps } from '../desk/stage-picture.tsx';
import type { LiveState } from './live-socket.ts';
import { savesData } from './saves-data.ts';
import { useLive } from './use-live.ts';
import { liveWords } from './words.ts';

/** On a screen of this width, or a narrower one, px, a large picture shows no more. */
const NARROW = 640;
const QUICK_MS = 80;
const SAVING_MS = 4_000;

/** The page of a run as it is now, in place of its last picture; that is shown until there is one. */
export function LiveStage({ runId, ...picture }: StagePictureProps & { runId: string }) {
  const words = liveWords.value;
  const [page, setPage] = useState<number | null>(null);
  const [saves] = useState(savesData);
  const isSmall = saves || innerWidth * devicePixelRatio <= NARROW;
  const { canvas, state, isOpen, drawn } = useLive(runId, {
    page,
    everyMs: saves ? SAVING_MS : QUICK_MS,
    size: isSmall ? 'small' : 'large',
  });
  const isShown = drawn !== undefined;
  const isCovered = state?.covered !== undefined;
  return (
    <div class="live-view" data-live={isCovered ? 'covered' : isShown ? 'shown' : 'waiting'}>
      {!isShown && !isCovered && <StagePicture {...picture} />}
      <div class="screen live-screen" hidden={!isShown && !isCovered}>
        <canvas ref={canvas} role="img" aria-label={words.alt} hidden={isCovered} />
        {isCovered && <p class="live-card">{words.covered}</p>}
      </div>
      {(isShown || isCovered) && (
        <div class="live-foot">
          <span class="live-mark" role="status">
            {isOpen ? words.live : words.away}
          </span>
          {state && <PageTabs state={state} chosen={page} onChoose={setPage} />}
          {saves && <span class="soft">{words.saves}</span>}
        </div>
      )}
    </div>
  );
}

interface PageTabsProps {
  state: LiveState;
  /** Null: the one that the run is on. */
  chosen: number | null;
  onChoose(page: number | null): void;
}

/** The pages of the run, if there are several. */
function PageTabs({ state: { pages, on }, chosen, onChoose }: PageTabsProps) {
  const words = liveWords.value;
  if (pages.length < 2) return null;
  return (
    <fieldset class="live-pages">
      <legend class="hidden">{words.pages}</legend>
      {pages.map((page) => (
        <button
          key={page}
          type="button"
          class="button small"
          aria-pressed={page === (chosen ?? on)}
          onClick={() => onChoose(page === on ? null : page)}
        >
          {page === 0 ? words.page : words.popup(page)}
        </button>
      ))}
    </fieldset>
  );
}
