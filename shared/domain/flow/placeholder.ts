import type { Flow } from './flow.ts';
import { decodePercent } from './percent.ts';

/** What is shown in place of a secret. */
export const REDACTED = '[REDACTED]';

type Place = (string | number)[];

/**
 * Where a flow would type, choose or open the placeholder of a secret: it was copied from what is shown of a run, and
 * could pass without doing what is meant. A value that is said to be no secret may be that text.
 */
export function placeholdersIn(
  flow: Pick<Flow, 'baseUrl' | 'steps' | 'onCancel' | 'inputs' | 'inputsSchema'>,
): Place[] {
  const places: Place[] = isPlaceholder(flow.baseUrl) ? [['baseUrl']] : [];
  for (const field of ['inputs', 'inputsSchema'] as const) places.push(...placesIn(flow[field], [field]));
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of (flow[list] ?? []).entries()) {
      const field = step.action === 'goto' ? 'url' : 'value';
      const texts =
        step.action === 'goto'
          ? [step.url]
          : step.action === 'selectOption'
            ? [step.value].flat()
            : step.action === 'fill' && step.secret !== false
              ? [step.value]
              : [];
      if (texts.some(isPlaceholder)) places.push([list, index, field]);
      if (isPlaceholder(step.dialog?.text ?? '')) places.push([list, index, 'dialog', 'text']);
    }
  return places;
}

const isPlaceholder = (text: string) => text.includes(REDACTED) || decodePercent(text).includes(REDACTED);

function placesIn(value: unknown, path: Place): Place[] {
  if (typeof value === 'string') return isPlaceholder(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...path, name]));
}
