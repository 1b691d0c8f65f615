import { parseAst } from 'vitest/node';
import { type Node, walk } from './imports.ts';

/** Every text that stands in TypeScript: strings, the fixed parts of templates, regular expressions, names of fields in quotes. */
export function textsOf(code: string, path: string): string[] {
  const nodes = [...walk(parseAst(code, { lang: /\.[mc]?ts$/.test(path) ? 'ts' : 'tsx' }))];
  return nodes.flatMap(textOf);
}

function textOf(node: Node): string[] {
  if (node.type === 'TemplateElement') return [(node.value as { raw: string }).raw];
  if (node.type === 'JSXText') return [String(node.value)];
  if (node.type !== 'Literal') return [];
  const { regex, value } = node as Node & { regex?: { pattern: string } };
  if (regex) return [regex.pattern];
  return typeof value === 'string' ? [value] : [];
}
