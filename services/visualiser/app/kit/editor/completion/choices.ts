/* What there is to choose from at the caret of a field. Owns the templates that were read, until they are forgotten. */
import { type Completions, completionsAt } from './completions.ts';
import { loadSchema, type WrittenAs } from './schema-source.ts';
import { begunAt, templatesAt } from './templates.ts';

export interface Offered {
  written: WrittenAs;
  /** Those that a value may have; none if they cannot be had. */
  templates(): Promise<readonly string[]>;
}

export interface Choices {
  find(): Promise<Completions | undefined>;
  forget(): void;
}

export function choicesOf(field: HTMLTextAreaElement, offered: Offered): Choices {
  let templates: Promise<readonly string[]> | undefined;
  return {
    async find() {
      const isBegun = begunAt(field.value, field.selectionStart) !== undefined;
      if (isBegun) templates ??= offered.templates();
      const [schema, known] = await Promise.all([loadSchema(offered.written), templates ?? []]);
      const { value, selectionStart: at, selectionEnd } = field;
      if (at !== selectionEnd) return undefined;
      return templatesAt(value, at, known) ?? (schema && completionsAt(value, at, schema));
    },
    forget() {
      templates = undefined;
    },
  };
}
