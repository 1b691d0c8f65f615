import { KEPT_FIELDS } from '#shared/api/contract/flows/flows.ts';
import { START_FIELDS } from '#shared/api/contract/runs/start.ts';
import { stepSchema } from '#shared/domain/flow/step.ts';
import { isFields } from '#shared/platform/json/fields.ts';

const FIELDS: ReadonlySet<string> = new Set([...START_FIELDS, ...KEPT_FIELDS]);
const FIELDS_OF_STEP = new Map<unknown, ReadonlySet<string>>(
  stepSchema.options.map(({ shape }) => [shape.action.value, new Set(Object.keys(shape))]),
);
const LISTS = ['steps', 'onCancel'] as const;

/** The fields of a flow and of its steps that a gateway would drop without a word, by path: `viewport`, `steps.0.wait`. */
export function unknownFields(flow: Readonly<Record<string, unknown>>): string[] {
  return [
    ...Object.keys(flow).filter((name) => !FIELDS.has(name)),
    ...LISTS.flatMap((list) =>
      [flow[list] ?? []]
        .flat()
        .flatMap((step, at) => unknownInStep(step).map((name) => `${list}.${at}.${name}`)),
    ),
  ];
}

function unknownInStep(step: unknown): string[] {
  const known = isFields(step) ? FIELDS_OF_STEP.get(step.action) : undefined;
  return isFields(step) && known ? Object.keys(step).filter((name) => !known.has(name)) : [];
}
