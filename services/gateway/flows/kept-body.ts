import { createHash } from 'node:crypto';
import { KEPT_FIELDS } from '#shared/api/contract/flows/flows.ts';
import { type Fields, isFields } from '#shared/platform/json/fields.ts';
import { canonicalJson } from '../runs/canonical-json.ts';

/** A flow as it is kept: as it was written, defaults not filled in, without the fields that are not known here. */
export function keptBody(sent: unknown, checked: Fields): Fields {
  const known = Object.entries(checked).filter(([name]) => KEPT_FIELDS.includes(name));
  return knownPart(sent, Object.fromEntries(known)) as Fields;
}

function knownPart(sent: unknown, checked: unknown): unknown {
  if (Array.isArray(sent) && Array.isArray(checked))
    return sent.map((one, index) => knownPart(one, checked[index]));
  if (!isFields(sent) || !isFields(checked)) return checked;
  const known = Object.entries(sent).filter(([name]) => Object.hasOwn(checked, name));
  return Object.fromEntries(known.map(([name, value]) => [name, knownPart(value, checked[name])]));
}

/** The same for the same content, in whatever order its fields come. */
export const digestOf = (body: Fields): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
