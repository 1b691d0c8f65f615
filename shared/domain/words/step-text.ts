import type { EventStep } from '../events/step-events.ts';

/** What a `verify` step claims. */
function claimsOf({ textIncludes = [], selectorVisible = [], urlIncludes = [], mustAll }: EventStep): string {
  const claims = [
    ...textIncludes.map((text) => `text "${text}"`),
    ...selectorVisible,
    ...urlIncludes.map((part) => `address "${part}"`),
  ];
  return claims.join(mustAll ? ' and ' : ' or ');
}

const SIGNS = { equals: '=', contains: 'with', matches: 'like', gte: '≥', lte: '≤' } as const;
type Compared = Pick<EventStep, keyof typeof SIGNS>;

/** What an `expect` step compares with: `= "30"`, `≥ 1 ≤ 2`; empty for a state of an element. */
export const comparisonsOf = (step: { [Sign in keyof Compared]?: Compared[Sign] | undefined }): string =>
  (Object.keys(SIGNS) as (keyof Compared)[])
    .filter((one) => step[one] !== undefined)
    .map((one) => `${SIGNS[one]} ${JSON.stringify(step[one])}`)
    .join(' ');

/** What a step does, without its verb: its selector, its address, its key. Of a verb that is not known here, too. */
export function objectOf(step: EventStep): string {
  const { action, selector = '', url = '', key = '', value = [], files = [] } = step;
  if (action === 'goto') return url;
  if (action === 'press') return key;
  if (action === 'ask') return step.text ?? '';
  if (action === 'verify') return claimsOf(step);
  if (action === 'expect')
    return [selector, step.is ?? '', comparisonsOf(step)].filter((part) => part !== '').join(' ');
  if (action === 'extract') return `${step.name} ← ${selector}`;
  // Events have it as a text; a flow, as it is.
  if (action === 'set') return `${step.name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  if (action === 'selectOption') return `${selector} = ${[value].flat().join(', ')}`;
  if (action === 'setInputFiles') return `${selector} ← ${files.join(', ')}`;
  return selector;
}

/** What has to hold for a step to be done at all. */
export const conditionOf = ({ visible, hidden, urlIncludes }: NonNullable<EventStep['when']>): string =>
  [
    visible !== undefined && `visible ${visible}`,
    hidden !== undefined && `hidden ${hidden}`,
    urlIncludes !== undefined && `address "${urlIncludes}"`,
  ]
    .filter((part) => part !== false)
    .join(' and ');

/** A step in one line, e.g. `click text=Add to cart`. Fill values are hidden by the server, and not worth a word. */
export const describeStep = (step: EventStep): string => `${step.action || 'step'} ${objectOf(step)}`.trim();
