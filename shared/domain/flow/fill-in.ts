/*
 * Where templates stand in a flow, and what they may name. Pure. What a step would do with a value is not known here:
 * the rules of its text (the origin of an address, the longest of a selector) are asked again once it is filled in.
 */
import type { Flow } from './flow.ts';
import type { FlowIssue } from './issues.ts';
import type { Step } from './step.ts';
import {
  fillText,
  fillValue,
  parseTemplate,
  type TemplateReference,
  type TextPlace,
  type ValueLookUp,
} from './template.ts';
import { namesVault } from './vault.ts';

/** The fields of a step in which templates are filled in, and how a value stands there; everywhere else a text is itself. */
const PLACES: Readonly<Record<string, TextPlace>> = {
  url: 'url',
  selector: 'text',
  value: 'text',
  equals: 'text',
  contains: 'text',
  matches: 'pattern',
  textIncludes: 'text',
  selectorVisible: 'text',
  urlIncludes: 'text',
  visible: 'text',
  hidden: 'text',
  text: 'text',
};
/** Fields that are objects with such fields. */
const OBJECTS = new Set(['when', 'dialog']);

type Path = (string | number)[];
type Change = (text: string, place: TextPlace, path: Path) => unknown;

/** The same step with each text that may have templates changed. */
export function mapTexts<One extends object>(step: One, change: Change): One {
  const mapped: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(step)) mapped[field] = mapField(field, value, [field], change);
  return mapped as One;
}

function mapField(field: string, value: unknown, path: Path, change: Change): unknown {
  const place = PLACES[field];
  if (OBJECTS.has(field))
    return mapObject(value as object, path, (name, one, at) => mapField(name, one, at, change));
  return place === undefined ? value : mapDeep(value, place, path, change);
}

function mapDeep(value: unknown, place: TextPlace, path: Path, change: Change): unknown {
  if (typeof value === 'string') return change(value, place, path);
  if (Array.isArray(value)) return value.map((one, at) => mapDeep(one, place, [...path, at], change));
  if (typeof value !== 'object' || value === null) return value;
  return mapObject(value, path, (_, one, at) => mapDeep(one, place, at, change));
}

const mapObject = (value: object, path: Path, change: (name: string, one: unknown, path: Path) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(name, one, [...path, name])]));

/** The step as it is done: each template replaced by its value. @throws MissingValue */
export const fillIn = (step: Step, lookUp: ValueLookUp): Step =>
  mapTexts(step, (text, place) =>
    step.action === 'set' ? fillValue(text, lookUp) : fillText(text, place, lookUp),
  );

/** What a step names, with where it does; undefined where a text has a form that no template has. */
function* referencesIn(step: Step): Generator<{ path: Path; reference: TemplateReference | undefined }> {
  const found: { path: Path; reference: TemplateReference | undefined }[] = [];
  mapTexts(step, (text, _, path) => {
    const parts = parseTemplate(text);
    if (!parts) found.push({ path, reference: undefined });
    else for (const part of parts) if (typeof part !== 'string') found.push({ path, reference: part });
    return text;
  });
  yield* found;
}

/** The fields that are answered to a step that asks. */
const answersOf = (step: Step): string[] =>
  step.action === 'ask' ? step.fields.map(({ name }) => name) : [];

/** The result that a step has, if it has one. */
const resultNameOf = (step: Step): string | undefined =>
  step.action === 'extract' || step.action === 'set' ? step.name : undefined;

type Posted = Pick<Flow, 'steps' | 'onCancel' | 'inputs' | 'inputsSchema'>;

/**
 * What is wrong with the templates of a flow, by path. `inputs` undefined: it is kept for later, and the schema alone says
 * which there are.
 */
export function templateIssues(flow: Posted): { path: Path; message: FlowIssue }[] {
  const isInput = inputNames(flow);
  const results = new Set<string>();
  const answers = new Set<string>();
  const issues: { path: Path; message: FlowIssue }[] = [];
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of (flow[list] ?? []).entries()) {
      for (const { path, reference } of referencesIn(step)) {
        const isTyped = step.action === 'fill' && path[0] === 'value';
        const message = issueOf(reference, { isInput, results, answers, isTyped });
        if (message) issues.push({ path: [list, index, ...path], message });
      }
      const name = resultNameOf(step);
      if (name !== undefined) results.add(name);
      for (const answer of answersOf(step)) answers.add(answer);
    }
  return issues;
}

/** What may be named where a template stands. */
interface Place {
  isInput: (name: string) => boolean;
  /** Those of the steps before. */
  results: ReadonlySet<string>;
  /** Fields of the questions before. */
  answers: ReadonlySet<string>;
  /** A `fill` types the text. */
  isTyped: boolean;
}

function issueOf(
  reference: TemplateReference | undefined,
  { isInput, results, answers, isTyped }: Place,
): FlowIssue | undefined {
  if (!reference) return 'template_form';
  // Which secrets there are is known to the database alone.
  if (namesVault(reference)) return isTyped ? undefined : 'secret_only_typed';
  const [name = ''] = reference.path;
  if (reference.root === 'inputs' && !isInput(name)) return 'no_such_input';
  if (reference.root === 'answers' && !answers.has(name)) return 'no_such_answer';
  return reference.root === 'results' && !results.has(name) ? 'no_such_result' : undefined;
}

function inputNames({ inputs, inputsSchema }: Posted): (name: string) => boolean {
  const described = inputsSchema?.properties;
  return (name) =>
    (inputs !== undefined && Object.hasOwn(inputs, name)) ||
    (described !== undefined && Object.hasOwn(described, name));
}
