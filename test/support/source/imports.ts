import { parseAst } from 'vitest/node';

/** A node of the syntax tree, as far as it is looked at here. */
export interface Node {
  type: string;
  [field: string]: unknown;
}

export interface SourceFacts {
  /** What it imports, types included, as written; an import whose name is computed is `(computed)`. */
  imports: string[];
  /** The imports that are loaded with it: neither types, nor what it imports once it runs. */
  loads: string[];
  /** Whether it reads the environment of its process. */
  readsEnvironment: boolean;
}

/** Keyed by code: several tests look at all files. */
const known = new Map<string, SourceFacts>();

/** Parses TypeScript. Throws if it cannot be parsed. */
export function factsOf(code: string, path: string): SourceFacts {
  const facts = known.get(code) ?? parse(code, path);
  known.set(code, facts);
  return facts;
}

function parse(code: string, path: string): SourceFacts {
  const nodes = [...walk(parseAst(code, { lang: /\.[mc]?ts$/.test(path) ? 'ts' : 'tsx' }))];
  const imports = nodes.flatMap(importsOf);
  return {
    imports: [...new Set(imports)],
    loads: nodes.filter(isLoadedAtOnce).flatMap(importsOf),
    readsEnvironment: nodes.some(readsEnvironment) || imports.some((name) => /^(node:)?process$/.test(name)),
  };
}

/** The nodes of a tree, each before those below it. Not by a generator for each level: every node would go through all of them. */
export function* walk(tree: unknown): Generator<Node> {
  const ahead = [tree];
  while (ahead.length > 0) {
    const value = ahead.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('type' in value && typeof value.type === 'string') yield value as Node;
    for (const below of Object.values(value).reverse()) if (typeof below === 'object') ahead.push(below);
  }
}

const FROM = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
];

function importsOf(node: Node): string[] {
  if (FROM.includes(node.type)) return node.source ? [textOf(node.source as Node)] : [];
  if (node.type === 'TSExternalModuleReference') return [textOf(node.expression as Node)];
  if (node.type === 'CallExpression' && named(node.callee, 'require'))
    return [textOf((node.arguments as Node[])[0])];
  return [];
}

const isLoadedAtOnce = ({ type, importKind, exportKind }: Node) =>
  /^(Import|Export(Named|All))Declaration$/.test(type) && importKind !== 'type' && exportKind !== 'type';

function textOf(node: Node | undefined): string {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral' || (node.expressions as Node[]).length > 0) return '(computed)';
  return (node.quasis as { value: { cooked: string } }[])[0]!.value.cooked;
}

/** `process.env`, `process['env']`, `globalThis.process.env`, `const { env } = process`, `import.meta.env`. */
function readsEnvironment(node: Node): boolean {
  if (node.type === 'MemberExpression')
    return (
      propertyOf(node) === 'env' && (isProcess(node.object) || (node.object as Node).type === 'MetaProperty')
    );
  if (node.type === 'VariableDeclarator' || node.type === 'AssignmentExpression') {
    const [target, source] = [node.id ?? node.left, node.init ?? node.right] as Node[];
    return target?.type === 'ObjectPattern' && isProcess(source) && fieldsOf(target).includes('env');
  }
  return false;
}

const named = (node: unknown, name: string) =>
  (node as Node)?.type === 'Identifier' && (node as Node).name === name;
const isProcess = (node: unknown): boolean =>
  named(node, 'process') ||
  ((node as Node)?.type === 'MemberExpression' && propertyOf(node as Node) === 'process');
const fieldsOf = (pattern: Node) =>
  (pattern.properties as Node[]).map(({ key }) => (key as Node | undefined)?.name);

function propertyOf({ computed, property }: Node): string {
  return computed ? textOf(property as Node) : String((property as Node).name);
}
