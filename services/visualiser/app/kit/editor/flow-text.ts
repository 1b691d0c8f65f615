/** A flow as JSON with a line for each step, as people write it. */
export function formatFlow(flow: object): string {
  const value = (field: unknown): string => {
    if (!Array.isArray(field)) return JSON.stringify(field);
    return `[\n${field.map((step) => `    ${formatStep(step)}`).join(',\n')}\n  ]`;
  };
  const fields = Object.entries(flow).map(([name, field]) => `  ${JSON.stringify(name)}: ${value(field)}`);
  return `{\n${fields.join(',\n')}\n}`;
}

const formatStep = (step: object): string =>
  `{ ${Object.entries(step)
    .map(([name, field]) => `${JSON.stringify(name)}: ${JSON.stringify(field)}`)
    .join(', ')} }`;
