/*
 * The values that a flow types and that the vault could keep, and the text of the flow with a name in their place. Pure.
 * While it is typed, a flow may be anything.
 */
import { applyEdits, modify } from 'jsonc-parser';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { parseTemplate } from '#shared/domain/flow/template.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import { stepsOf } from '../../kit/editor/flow-fields.ts';

type StepList = 'steps' | 'onCancel';

/** A value that one or more steps type. */
export interface TypedValue {
  /** Where it stands first: `steps.3.value`. */
  path: string;
  /** All of its places. */
  places: { list: StepList; index: number }[];
  selector: string;
  /** Undefined if it is hidden. */
  value: string | undefined;
  /** Its field seems to be one for a password. */
  isPassword: boolean;
}

/** The shortest that the vault takes, in UTF-16 units: a shorter one could not be redacted. */
const SHORTEST = 3;
const PASSWORD = /pass|contrase|\bclave\b|pwd|secret|token|api.?key|\bpin\b/i;

/** Those of the fields for passwords come first. A value that counts as no secret is none of them. */
export function typedValuesOf(flow: Fields): TypedValue[] {
  const found: TypedValue[] = [];
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of stepsOf(flow, list).entries()) {
      const typed = typedIn(step);
      if (!typed) continue;
      const { value, selector } = typed;
      const isPassword = PASSWORD.test(selector);
      const same = value === undefined ? undefined : found.find((one) => one.value === value);
      if (same) {
        same.places.push({ list, index });
        same.isPassword ||= isPassword;
      } else
        found.push({
          ...typed,
          path: `${list}.${index}.value`,
          places: [{ list, index }],
          isPassword,
        });
    }
  return found.toSorted((a, b) => Number(b.isPassword) - Number(a.isPassword));
}

function typedIn({
  action,
  value,
  secret,
  selector,
}: Fields): Pick<TypedValue, 'value' | 'selector'> | undefined {
  if (action !== 'fill' || secret === false || typeof value !== 'string') return undefined;
  const shown = { selector: typeof selector === 'string' ? selector : '' };
  if (value.includes(REDACTED)) return { ...shown, value: undefined };
  const parts = parseTemplate(value);
  const [literal] = parts ?? [];
  // What is only partly written here, or names another value, is no value by itself.
  if (parts?.length !== 1 || typeof literal !== 'string' || literal.length < SHORTEST) return undefined;
  return { ...shown, value: literal };
}

/** The text of a flow in which these steps type what the template names. Nothing else of the text changes. */
export const withTemplate = (text: string, { places }: TypedValue, template: string): string =>
  places.reduce(
    (flow, { list, index }) => applyEdits(flow, modify(flow, [list, index, 'value'], template, {})),
    text,
  );

/** The origin that the flow begins at, as the form of a secret offers it; empty if there is none. */
export function originOf(flow: Fields): string {
  const url = typeof flow.baseUrl === 'string' ? URL.parse(flow.baseUrl) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : '';
}

/** A name for a value, from the site and the field that it is typed into. */
export function suggestedName(flow: Fields, { selector, isPassword }: TypedValue): string {
  const host = URL.parse(originOf(flow))?.hostname.replace(/^www\./, '') ?? '';
  const site = /^[a-z]/i.test(host) && host !== 'localhost' ? host.split('.')[0] : undefined;
  const [, named] = /(?:#|\b(?:name|id)\s*[~|^$*]?=\s*["']?)([A-Za-z][\w-]*)/.exec(selector) ?? [];
  const field = named ?? (isPassword ? 'password' : 'value');
  return [site, field].filter(Boolean).join('_').replaceAll(/\W/g, '_').slice(0, 64);
}
