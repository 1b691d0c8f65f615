import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { badPatterns, createSchemaCheck } from '#shared/platform/json-schema/schema-check.ts';
import { type FoundIssue, invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

type Described = Pick<StartBody, 'inputs' | 'inputsSchema' | 'steps' | 'onCancel'>;

/** The start with the defaults of its inputs filled in. @throws RequestError that names each input that is wrong */
export function withInputs<Body extends Described>(body: Body, language: AnswerLanguage): Body {
  const { inputsSchema } = body;
  const bad = patternIssues(body);
  if (bad.length > 0) throw invalid(bad, language);
  if (!inputsSchema) return body;
  const inputs = structuredClone(body.inputs ?? {});
  const misfits = createSchemaCheck(inputsSchema)(inputs);
  if (misfits.length === 0) return { ...body, inputs };
  const spoken = language === 'es' ? 'es' : 'en';
  throw invalid(
    misfits.map((misfit) => ({ path: ['inputs', ...misfit.path], message: misfit[spoken] })),
    language,
  );
}

/** The patterns in its schemas that no check could take. */
export function patternIssues({ inputsSchema, ...body }: Omit<Described, 'inputs'>): FoundIssue[] {
  const inSteps = (['steps', 'onCancel'] as const).flatMap((list) =>
    (body[list] ?? []).flatMap((step, index) =>
      step.action === 'extract' && step.schema ? [{ at: [list, index, 'schema'], schema: step.schema }] : [],
    ),
  );
  const schemas = [...(inputsSchema ? [{ at: ['inputsSchema'], schema: inputsSchema }] : []), ...inSteps];
  return schemas.flatMap(({ at, schema }) =>
    badPatterns(schema).map((path) => ({ path: [...at, ...path], message: 'not_linear_pattern' })),
  );
}
