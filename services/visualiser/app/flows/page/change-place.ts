/** Where something changed: in a step, counted from 1 as everywhere on these pages, or in another field of the flow. */
export interface ChangePlace {
  list?: 'steps' | 'onCancel';
  step?: number;
  /** Empty for a step as a whole. */
  field: string;
}

/** `steps.3.selector` is the selector of step 4. */
export function changePlaceOf(path: string): ChangePlace {
  const [, list, index, field = ''] = /^(steps|onCancel)\.(\d+)(?:\.(.+))?$/s.exec(path) ?? [];
  if (list === undefined) return { field: path };
  return { list: list as 'steps' | 'onCancel', step: Number(index) + 1, field };
}
