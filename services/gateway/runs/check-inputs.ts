import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { misfitsOf } from '#shared/platform/json-schema/schema-check.ts';
import { invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

/** The start with the defaults of its inputs filled in. @throws RequestError that names each input that is wrong */
export function withInputs<Body extends Pick<StartBody, 'inputs' | 'inputsSchema'>>(
  body: Body,
  language: AnswerLanguage,
): Body {
  const { inputsSchema } = body;
  if (!inputsSchema) return body;
  const inputs = structuredClone(body.inputs ?? {});
  const misfits = misfitsOf(inputsSchema, inputs);
  if (misfits.length === 0) return { ...body, inputs };
  const spoken = language === 'es' ? 'es' : 'en';
  throw invalid(
    misfits.map((misfit) => ({ path: ['inputs', ...misfit.path], message: misfit[spoken] })),
    language,
  );
}
