import { useEffect, useState } from 'preact/hooks';
import { objectUrlOf } from '../state/artifacts.ts';
import { text } from '../text/text.ts';

export interface PictureProps {
  /** `<run>/<file>`, as events tell it. */
  path: string;
  alt: string;
}

/** A screenshot. While the next one is fetched the one before stays, so that nothing jumps. */
export function Picture({ path, alt }: PictureProps) {
  const [shown, setShown] = useState<{ path: string; url: string } | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isWanted = true;
    setFailed(false);
    objectUrlOf(path).then(
      (url) => isWanted && setShown({ path, url }),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [path]);
  if (failed) return <span class="picture-note">{text.value.run.pictureFailed}</span>;
  if (!shown) return <span class="picture-note" aria-hidden="true" />;
  return <img class={shown.path === path ? '' : 'is-old'} src={shown.url} alt={alt} decoding="async" />;
}
