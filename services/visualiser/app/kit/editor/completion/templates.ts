/* Templates that can be written where a text of a flow has begun one with `${`. Pure. */
import { getLocation } from 'jsonc-parser';
import type { Completions } from './completions.ts';

/** Undefined where none has begun, or none fits. */
export function templatesAt(
  text: string,
  offset: number,
  templates: readonly string[],
): Completions | undefined {
  const begun = begunAt(text, offset);
  if (begun === undefined) return undefined;
  const typed = begun.toLowerCase();
  const fitting = templates.filter((template) => template.toLowerCase().includes(typed));
  if (fitting.length === 0) return undefined;
  return {
    from: offset - begun.length,
    // One that is written over takes its end with it.
    to: offset + (/^[\w.-]*\}/.exec(text.slice(offset))?.[0].length ?? 0),
    items: fitting.map((template) => ({
      label: template,
      about: undefined,
      text: template,
      caret: template.length,
    })),
  };
}

/** Whether a template has begun in the value that a step types, which alone may name what the vault has. */
export function begunAt(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const begun = /(?<!\$)\$\{[\w.-]*$/.exec(line)?.[0];
  return begun !== undefined && getLocation(text, offset).path.at(-1) === 'value' ? begun : undefined;
}
