/* The words of a source: its comments, the names that it exports, and the spreads that only group fields. */
import { parseAst } from 'vitest/node';
import { type Node, walk } from './imports.ts';
import { nameOf } from './measured.ts';

export interface Words {
  /** Without their marks; `//` on lines that follow each other are one. */
  comments: string[];
  /** Names that are declared and exported here, not those passed on from another file. */
  exported: string[];
  /** The source of each `...{ a, b }`. */
  groups: string[];
}

const COMMENT = /\/\*[\s\S]*?\*\/|(?:\/\/.*\n[ \t]*)*\/\/.*/g;
/** What may hold the marks of a comment without being one. */
const TEXT = /^(Literal|TemplateElement|JSXText)$/;

export function wordsOf(code: string, path: string): Words {
  const nodes = [...walk(parseAst(code, { lang: /\.[mc]?ts$/.test(path) ? 'ts' : 'tsx' }))];
  const isGroup = ({ type, argument }: Node) =>
    type === 'SpreadElement' && (argument as Node).type === 'ObjectExpression';
  return {
    comments: (withoutTexts(code, nodes).match(COMMENT) ?? []).map(textOfComment),
    exported: [...new Set(nodes.flatMap(exportedBy))],
    groups: nodes.filter(isGroup).map((node) => code.slice(...placeOf(node))),
  };
}

const placeOf = ({ start, end }: Node) => [start as number, end as number] as const;

function withoutTexts(code: string, nodes: Node[]): string {
  const texts = nodes.filter(({ type }) => TEXT.test(type)).map(placeOf);
  const parts: string[] = [];
  let at = 0;
  for (const [start, end] of texts.toSorted(([a], [b]) => a - b)) {
    parts.push(code.slice(at, start), code.slice(start, end).replace(/[^\n]/g, ' '));
    at = end;
  }
  return parts.join('') + code.slice(at);
}

const textOfComment = (comment: string): string =>
  comment
    .replace(/^\/\*+|\*\/$/g, '')
    .split('\n')
    .map((line) => line.trim().replace(/^(\*|\/\/)\s*/, ''))
    .join(' ')
    .trim();

function exportedBy({ type, declaration, source, specifiers }: Node): string[] {
  if (type !== 'ExportNamedDeclaration' || source) return [];
  if (!declaration) return (specifiers as Node[]).map(({ exported }) => nameOf(exported));
  const { id, declarations } = declaration as Node;
  return declarations ? (declarations as Node[]).map((one) => nameOf(one.id)) : [nameOf(id)];
}
