/*
 * Whether a value fits the JSON Schema of a flow (`shared/domain/flow/json-schema.ts`). Patterns are matched in time that
 * grows with the text alone (RE2), so that no schema holds up the process that it is checked in (I13).
 */
import { Ajv2020 as Ajv, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import spanish from 'ajv-i18n/localize/es/index.js';
import { RE2JS } from 're2js';
import { FORMATS, schemasIn, type ValueSchema } from '#shared/domain/flow/json-schema.ts';

interface Misfit {
  /** Where in the value, outermost first. */
  path: string[];
  en: string;
  es: string;
}

/** What of a value does not fit; defaults that the schema names are filled into it. */
type SchemaCheck = (value: unknown) => Misfit[];

/** Its types say that it is in `default`; as CommonJS it is the module itself. */
const inSpanish = spanish as unknown as (errors: ErrorObject[]) => void;

/** Each schema has one of its own: it keeps what it has compiled, and a user may send any number. */
function createAjv(): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    useDefaults: true,
    meta: false,
    validateSchema: false, // the contract has
    code: { regExp: Object.assign(linear, { code: 'linear' }) },
  });
  addFormats.default(ajv, [...FORMATS]);
  return ajv;
}

/** What ajv asks of an engine for patterns, of which it keeps one for each text. */
function linear(pattern: string) {
  const compiled = RE2JS.compile(pattern);
  return { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern };
}

/** Where in a schema a pattern is none that takes time in line with its text alone. */
export function badPatterns(schema: ValueSchema): (string | number)[][] {
  return [...schemasIn(schema)].flatMap(({ path, schema: { pattern } }) =>
    pattern === undefined || isLinear(pattern) ? [] : [[...path, 'pattern']],
  );
}

function isLinear(pattern: string): boolean {
  try {
    return RE2JS.compile(pattern) !== undefined;
  } catch {
    return false;
  }
}

/** Compiles a schema, which takes some milliseconds. @throws for a pattern that is none */
export function createSchemaCheck(schema: ValueSchema): SchemaCheck {
  const validate = createAjv().compile(schema);
  return (value) => {
    if (validate(value)) return [];
    const errors = validate.errors ?? [];
    const english = errors.map(({ message = 'does not fit' }) => message);
    inSpanish(errors);
    return errors.map((error, at) => ({
      path: pathOf(error),
      en: english[at]!,
      es: error.message ?? english[at]!,
    }));
  };
}

/** A property that is missing or too much is named itself. */
function pathOf({ instancePath, params }: ErrorObject): string[] {
  const named: unknown = params.missingProperty ?? params.additionalProperty;
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return typeof named === 'string' ? [...path, named] : path;
}
