/*
 * All contexts of a browser share one clipboard. Scripts of a page cannot read it; only the keys of a flow paste. So a run
 * whose flow presses such keys has a browser of its own (I10).
 */
import type { Flow } from '#shared/domain/flow/flow.ts';

const MODIFIERS = /^(Control|Shift|Meta)/;
const KEYS = /^(v|KeyV|Insert)$/i;

/**
 * Whether keys of this flow may paste. All of its steps are looked at together, as one that fails may leave a modifier
 * down for the next.
 */
export function canPaste({ steps, onCancel = [] }: Pick<Flow, 'steps' | 'onCancel'>): boolean {
  const keys = [...steps, ...onCancel].flatMap((step) =>
    step.action === 'press' ? step.key.split('+') : [],
  );
  return keys.some((key) => MODIFIERS.test(key)) && keys.some((key) => KEYS.test(key));
}
