/* The fields of a flow while it is typed, and may be anything. Pure. */
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';

/** The steps of a list, as far as they are any. */
export const stepsOf = (flow: Fields, list: string): Fields[] => {
  const steps = flow[list];
  return Array.isArray(steps) ? steps.map(fieldsOf) : [];
};

/** The flow of a text; empty while it is none. */
export function flowFieldsOf(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
