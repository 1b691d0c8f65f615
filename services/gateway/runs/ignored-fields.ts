import { START_FIELDS } from '#shared/contract/start.ts';
import { type Step, stepSchema } from '#shared/flow/step.ts';

/** So many are named at most, and names of so many characters. */
const MOST = 20;
const LONGEST_NAME = 100;

const FIELDS: ReadonlySet<string> = new Set([...START_FIELDS, 'plan']);
const FIELDS_OF_STEP = new Map<string, ReadonlySet<string>>(
  stepSchema.options.map(({ shape }) => [shape.action.value, new Set(Object.keys(shape))]),
);

/**
 * The fields of a valid start, as it was sent, that have no meaning here, by path: `viewport`, `steps.0.wait`. They are
 * ignored, as older clients send some; whoever misspelt one learns it by this.
 */
export function ignoredFields(body: unknown, known: readonly string[] = []): string[] {
  if (!isRecord(body)) return [];
  const { plan } = body;
  const found = [
    ...Object.keys(body).filter((name) => !FIELDS.has(name) && !known.includes(name)),
    ...(plan === undefined || isRecord(plan) ? [] : ['plan']),
    ...(isRecord(plan)
      ? Object.keys(plan)
          .filter((name) => !FIELDS.has(name))
          .map((name) => `plan.${name}`)
      : []),
    ...(['steps', 'onCancel'] as const).flatMap((list) => {
      const steps = body[list] ?? (isRecord(plan) ? plan[list] : undefined);
      const path = body[list] === undefined ? `plan.${list}` : list;
      return Array.isArray(steps) ? steps.flatMap((step, index) => ignoredOf(step, `${path}.${index}`)) : [];
    }),
  ];
  return found.slice(0, MOST).map((path) => path.slice(0, LONGEST_NAME));
}

function ignoredOf(step: Partial<Step> | undefined, path: string): string[] {
  const fields = isRecord(step) ? FIELDS_OF_STEP.get(String(step.action)) : undefined;
  return fields
    ? Object.keys(step ?? {})
        .filter((name) => !fields.has(name))
        .map((name) => `${path}.${name}`)
    : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
