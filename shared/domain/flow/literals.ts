/* Which written values a text with templates can have, as far as the flow itself says it: names are followed to where they stand. Pure. */
import type { ValueSchema } from './json-schema.ts';
import { innerTexts, onlyNames } from './secrets.ts';
import type { Step } from './step.ts';
import { parseTemplate, type TemplateReference, valueAt } from './template.ts';

type Path = (string | number)[];

/** A text that is written in a flow, and where. */
export interface LiteralPlace {
  path: Path;
  text: string;
}

interface Named {
  steps: Step[];
  onCancel?: Step[] | undefined;
  inputsSchema?: ValueSchema | undefined;
}

/** All but empty ones: to clear a field is no secret. */
export function literalsBehind(flow: Named, text: string, path: Path): LiteralPlace[] {
  const followed = new Set<string>();

  function inText(written: string, at: Path, rest: readonly string[]): LiteralPlace[] {
    if (written === '') return [];
    const references = (parseTemplate(written) ?? []).filter((part) => typeof part !== 'string');
    const behind = references.flatMap(({ root, path: names }) => follow({ root, path: [...names, ...rest] }));
    return onlyNames(written) ? behind : [{ path: at, text: written }, ...behind];
  }

  /** What is in a written value, or only what is at `rest` in it. */
  function inValue(value: unknown, at: Path, rest: readonly string[]): LiteralPlace[] {
    if (typeof value === 'string') return inText(value, at, rest);
    if (typeof value === 'number') return [{ path: at, text: String(value) }];
    if (typeof value !== 'object' || value === null) return [];
    const [name, ...inner] = rest;
    const fields = Object.entries(value).filter(([field]) => name === undefined || field === name);
    return fields.flatMap(([field, one]) => inValue(one, [...at, field], inner));
  }

  function follow(reference: TemplateReference): LiteralPlace[] {
    const { root, path: names } = reference;
    const key = JSON.stringify([root, names]);
    if (followed.has(key)) return [];
    followed.add(key);
    if (root === 'inputs')
      return flow.inputsSchema ? inSchema(flow.inputsSchema, ['inputsSchema'], names) : [];
    return root === 'results' ? inSteps(names) : [];
  }

  const inSteps = ([name, ...rest]: readonly string[]): LiteralPlace[] =>
    (['steps', 'onCancel'] as const).flatMap((list) =>
      (flow[list] ?? []).flatMap((step, index) =>
        step.action === 'set' && step.name === name ? inValue(step.value, [list, index, 'value'], rest) : [],
      ),
    );

  return inText(text, path, []);
}

const SAYING_VALUES = ['default', 'const', 'enum', 'examples'] as const;

/** What a schema writes of the value at `names`: there, inside it, and around it. Each field is one place. */
function inSchema(schema: ValueSchema, path: Path, names: readonly string[]): LiteralPlace[] {
  const written = SAYING_VALUES.flatMap((field) => {
    const values = field === 'enum' || field === 'examples' ? (schema[field] ?? []) : [schema[field]];
    const texts = values.flatMap((value) => innerTexts(valueAt(value, names))).filter((text) => text !== '');
    return texts.map((text) => ({ path: [...path, field], text }));
  });
  return [
    ...written,
    ...innerOf(schema, names).flatMap(([at, inner, rest]) => inSchema(inner, [...path, ...at], rest)),
  ];
}

type Inner = [path: Path, schema: ValueSchema, names: readonly string[]];

/** The schemas inside that describe the value at `names`, or a part of it. */
function innerOf(
  { properties = {}, additionalProperties, items }: ValueSchema,
  names: readonly string[],
): Inner[] {
  const [name, ...rest] = names;
  const described = Object.entries(properties)
    .filter(([field]) => name === undefined || field === name)
    .map(([field, schema]): Inner => [['properties', field], schema, rest]);
  const isDescribed = name !== undefined && Object.hasOwn(properties, name);
  const others = Object.entries({ additionalProperties, items }).flatMap(([field, schema]): Inner[] =>
    typeof schema === 'object' && !isDescribed ? [[[field], schema, rest]] : [],
  );
  return [...described, ...others];
}
