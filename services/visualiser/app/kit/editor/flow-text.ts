/** A longer value has lines of its own. */
const LONG = 80;

/** A flow as JSON with a line for each step, as people write it. */
export function formatFlow(flow: object): string {
  const fields = Object.entries(flow).map(
    ([name, field]) => `  ${JSON.stringify(name)}: ${formatField(field)}`,
  );
  return `{\n${fields.join(',\n')}\n}`;
}

function formatField(field: unknown): string {
  if (Array.isArray(field) && field.some(isObject))
    return `[\n${field.map((step) => `    ${isObject(step) ? formatStep(step) : JSON.stringify(step)}`).join(',\n')}\n  ]`;
  const short = JSON.stringify(field);
  return short.length <= LONG ? short : JSON.stringify(field, null, 2).replaceAll('\n', '\n  ');
}

const formatStep = (step: object): string =>
  `{ ${Object.entries(step)
    .map(([name, field]) => `${JSON.stringify(name)}: ${JSON.stringify(field)}`)
    .join(', ')} }`;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
