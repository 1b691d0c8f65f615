import { useState } from 'preact/hooks';
import type { Comparison } from '#shared/domain/story/compare.ts';
import { fill } from '#shared/domain/words/pieces.ts';
import { Picture } from '../pictures/picture.tsx';
import { SentenceText } from '../sentence.tsx';
import { hasPictures, type PictureBy, pictureBy } from './picture-by.ts';
import { compareWords } from './words.ts';

/** The page after the chosen step in both runs: one over the other with a wipe between them, or side by side. */
export function ComparePictures({ found, chosen }: { found: Comparison; chosen: number }) {
  const words = compareWords.value;
  const [way, setWay] = useState<'wipe' | 'beside'>('wipe');
  const here = pictureBy(found, chosen, 'here');
  const there = pictureBy(found, chosen, 'there');
  const isWiped = way === 'wipe' && here !== undefined && there !== undefined;
  return (
    <section class="card compare-pictures" aria-labelledby="compare-pictures-title">
      <header class="desk-head">
        <h2 id="compare-pictures-title">{words.pictures}</h2>
        <fieldset class="console-filters" aria-label={words.ways}>
          {(['wipe', 'beside'] as const).map((one) => (
            <button
              key={one}
              type="button"
              class="button compact"
              aria-pressed={one === way}
              onClick={() => setWay(one)}
            >
              {words[one]}
            </button>
          ))}
        </fieldset>
      </header>
      {isWiped ? (
        <Wipe here={here} there={there} />
      ) : (
        <div class="compare-beside">
          <Side label={words.there} picture={there} hasAny={hasPictures(found, 'there')} />
          <Side label={words.here} picture={here} hasAny={hasPictures(found, 'here')} />
        </div>
      )}
    </section>
  );
}

const OPTION = { option: { code: 'captureScreenshotAfterEachStep' } };

const altOf = (label: string, { step }: PictureBy): string => compareWords.value.pictureOf(label, step);

interface SideProps {
  label: string;
  picture: PictureBy | undefined;
  /** Whether any step of the run has a picture: one that passed has none unless its flow asks for them. */
  hasAny: boolean;
}

function Side({ label, picture, hasAny }: SideProps) {
  const words = compareWords.value;
  return (
    <figure>
      <figcaption>
        {label}
        {picture && <span class="soft"> {words.after(picture.step)}</span>}
      </figcaption>
      <div class="screen">
        {picture ? (
          <Picture path={picture.path} alt={altOf(label, picture)} />
        ) : (
          <p class="picture-note">
            {words.noPicture} {!hasAny && <SentenceText sentence={fill(words.pictureOption, OPTION)!} />}
          </p>
        )}
      </div>
    </figure>
  );
}

/** The other run's picture is left of the line, this one's right of it. The whole picture is the handle. */
function Wipe({ here, there }: { here: PictureBy; there: PictureBy }) {
  const words = compareWords.value;
  const [at, setAt] = useState(50);
  return (
    <div class="wipe" style={{ '--wipe': `${at}%` }}>
      <p class="wipe-labels" aria-hidden="true">
        <span>
          {words.there} <span class="soft">{words.after(there.step)}</span>
        </span>
        <span>
          {words.here} <span class="soft">{words.after(here.step)}</span>
        </span>
      </p>
      <div class="wipe-box">
        <div class="wipe-picture">
          <Picture path={there.path} alt={altOf(words.there, there)} />
        </div>
        <div class="wipe-picture wipe-over">
          <Picture path={here.path} alt={altOf(words.here, here)} />
        </div>
        <span class="wipe-line" />
        <input
          type="range"
          min="0"
          max="100"
          value={at}
          aria-label={words.wipeLabel}
          aria-valuetext={`${at} %`}
          onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
        />
      </div>
    </div>
  );
}
