import { text } from '../../text/text.ts';
import { useFetchedObject } from './fetched-object.ts';

export interface PictureProps {
  /** `<run>/<file>`, as events tell it. */
  path: string;
  alt: string;
}

/** A screenshot. While the next one is fetched the one before stays, so that nothing jumps. */
export function Picture({ path, alt }: PictureProps) {
  const { object: shown, problem } = useFetchedObject(path);
  if (problem) return <span class="picture-note">{text.value.run.pictureProblems[problem]}</span>;
  if (!shown) return <span class="picture-note" aria-hidden="true" />;
  return <img class={shown.path === path ? '' : 'is-old'} src={shown.url} alt={alt} decoding="async" />;
}
