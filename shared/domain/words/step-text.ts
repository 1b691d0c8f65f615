import type { EventStep } from '../events/events.ts';

/** What a `verify` step claims. */
function claimsOf({ textIncludes = [], selectorVisible = [], urlIncludes = [], mustAll }: EventStep): string {
  const claims = [
    ...textIncludes.map((text) => `text "${text}"`),
    ...selectorVisible,
    ...urlIncludes.map((part) => `address "${part}"`),
  ];
  return claims.join(mustAll ? ' and ' : ' or ');
}

/** What a step does, without its verb: its selector, its address, its key. Of a verb that is not known here, too. */
export function objectOf(step: EventStep): string {
  const { action, selector = '', url = '', key = '', value = [], files = [] } = step;
  if (action === 'goto') return url;
  if (action === 'press') return key;
  if (action === 'verify') return claimsOf(step);
  if (action === 'selectOption') return `${selector} = ${[value].flat().join(', ')}`;
  if (action === 'setInputFiles') return `${selector} ← ${files.join(', ')}`;
  return selector;
}

/** A step in one line, e.g. `click text=Add to cart`. Fill values are hidden by the server, and not worth a word. */
export const describeStep = (step: EventStep): string => `${step.action || 'step'} ${objectOf(step)}`.trim();
