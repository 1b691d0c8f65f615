/* What keeps a step from using the elements that its selector matches, in the order in which a browser asks. Pure. */
import { traitsOf } from './step.ts';

interface Elements {
  matches?: number | undefined;
  hidden?: boolean | undefined;
  disabled?: boolean | undefined;
  moving?: boolean | undefined;
  covered?: boolean | undefined;
}

/** Undefined if nothing does, or nothing is known of them. */
export function obstacleOf(action: string, elements: Elements) {
  const { matches, hidden, disabled, moving, covered } = elements;
  if (matches === undefined) return undefined;
  if (matches === 0) return 'element_missing';
  const { unseen, changes, points } = traitsOf(action);
  if (hidden && !unseen) return 'element_hidden';
  if (disabled && changes) return 'element_disabled';
  if (moving && points) return 'element_moving';
  return covered && points ? 'element_covered' : undefined;
}
