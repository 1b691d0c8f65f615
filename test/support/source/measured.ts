/* What the modules of tests measure by a clock, and what their constants are. Names are looked up by file, whatever their scope. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'vitest/node';
import { type Node, walk } from './imports.ts';

export interface Module {
  path: string;
  code: string;
  nodes: Node[];
  /** What each variable or function is; the last of several with one name. */
  values: Map<string, Node>;
  /** Names that hold, or return, a time that was measured. */
  measured: Set<string>;
  /** Names that were imported, and what they are where they come from. */
  imported: Map<string, { from: string; name: string }>;
}

const CLOCKS = /^(performance\.now|Date\.now|process\.(hrtime|cpuUsage|threadCpuUsage|resourceUsage))$/;
const GIVES = /^(VariableDeclarator|FunctionDeclaration|AssignmentExpression|CallExpression)$/;
const FUNCTION = /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/;
/** What measured times are called here, wherever they come from. */
const MEASURED_NAME = /^(ms|took|elapsed)$/;

const known = new Map<string, Module>();

export function moduleAt(path: string): Module {
  const found = known.get(path) ?? moduleOf(path, readFileSync(path, 'utf8'));
  known.set(path, found);
  return found;
}

export function moduleOf(path: string, code: string): Module {
  const nodes = [...walk(parseAst(code, { lang: 'ts' }))];
  const module: Module = { path, code, nodes, values: new Map(), measured: new Set(), imported: new Map() };
  for (const node of nodes) {
    if (node.type === 'ImportDeclaration') importNames(module, node);
    if (node.type === 'FunctionDeclaration') module.values.set(nameOf(node.id), node);
    if (node.type === 'AssignmentPattern' && nameOf(node.left) !== '')
      module.values.set(nameOf(node.left), node.right as Node);
    if (node.type === 'VariableDeclarator' && nameOf(node.id) !== '' && node.init)
      module.values.set(nameOf(node.id), node.init as Node);
  }
  known.set(path, module);
  const givers = nodes.filter(({ type }) => GIVES.test(type));
  for (let before = -1; before < module.measured.size; ) {
    before = module.measured.size;
    for (const node of givers) for (const name of namesMeasuredBy(module, node)) module.measured.add(name);
  }
  return module;
}

function importNames(module: Module, { source, specifiers }: Node): void {
  const from = (source as { value: string }).value;
  for (const { local, imported } of specifiers as Node[])
    module.imported.set(nameOf(local), { from, name: imported ? nameOf(imported) : '*' });
}

/** Names that this declaration, assignment or `push` gives a measured time. */
function namesMeasuredBy(module: Module, node: Node): string[] {
  if (node.type === 'VariableDeclarator' && node.init && gives(module, node.init as Node))
    return namesIn(node.id);
  if (node.type === 'FunctionDeclaration' && gives(module, node)) return [nameOf(node.id)];
  if (node.type === 'AssignmentExpression' && isMeasured(module, node.right as Node))
    return [nameOf(node.left)].filter(Boolean);
  if (node.type === 'CallExpression' && calleeOf(node).endsWith('.push'))
    return (node.arguments as Node[]).some((argument) => isMeasured(module, argument))
      ? [calleeOf(node).slice(0, -'.push'.length)]
      : [];
  return [];
}

/** Whether it is, or as a function returns, a measured time. */
const gives = (module: Module, node: Node): boolean =>
  FUNCTION.test(node.type)
    ? returnsOf(node).some((result) => isMeasured(module, result))
    : isMeasured(module, node);

function returnsOf({ body }: Node): Node[] {
  if ((body as Node).type !== 'BlockStatement') return [body as Node];
  return outsideFunctions(body as Node).flatMap(({ type, argument }) =>
    type === 'ReturnStatement' && argument ? [argument as Node] : [],
  );
}

export const looksAtClock = (expression: Node): boolean =>
  outsideFunctions(expression).some((node) => node.type === 'CallExpression' && CLOCKS.test(calleeOf(node)));

/** Whether a measured time is in the expression; `byName`: or what is called like one. */
export function isMeasured(module: Module, expression: Node, { byName = false } = {}): boolean {
  return outsideFunctions(expression).some((node) => {
    if (node.type === 'CallExpression' && CLOCKS.test(calleeOf(node))) return true;
    if (byName && MEASURED_NAME.test(nameOf(node.type === 'MemberExpression' ? node.property : node)))
      return true;
    return node.type === 'Identifier' && isMeasuredName(module, nameOf(node));
  });
}

function isMeasuredName(module: Module, name: string): boolean {
  if (module.measured.has(name)) return true;
  const from = importedFrom(module, name);
  return from !== undefined && isMeasuredName(moduleAt(from.path), from.name);
}

function importedFrom(module: Module, local: string): { path: string; name: string } | undefined {
  const { from, name } = module.imported.get(local) ?? { from: '', name: '' };
  const path = join(dirname(module.path), from);
  return from.startsWith('.') && path.endsWith('.ts') && existsSync(path) ? { path, name } : undefined;
}

/** The nodes of an expression that run when it does, without objects and names of fields. */
function outsideFunctions(tree: Node): Node[] {
  const found: Node[] = [];
  const ahead: unknown[] = [tree];
  while (ahead.length > 0) {
    const value = ahead.pop();
    if (typeof value !== 'object' || value === null) continue;
    const node = value as Node;
    if (node !== tree && (FUNCTION.test(node.type) || node.type === 'ObjectExpression')) continue;
    if (typeof node.type === 'string') found.push(node);
    for (const [field, below] of Object.entries(node))
      if (node.computed || (field !== 'key' && field !== 'property')) ahead.push(below);
  }
  return found;
}

/** What a name stands for, and where; of everything else the expression itself. */
export function constantOf(module: Module, node: Node): { module: Module; node: Node } {
  const value = module.values.get(nameOf(node));
  if (value) return constantOf(module, value);
  const from = importedFrom(module, nameOf(node));
  const there = from && moduleAt(from.path);
  const found = there?.values.get(from?.name ?? '');
  return there && found ? constantOf(there, found) : { module, node };
}

export const nameOf = (node: unknown): string =>
  (node as Node | null)?.type === 'Identifier' ? String((node as Node).name) : '';

const namesIn = (pattern: unknown): string[] =>
  [...walk(pattern)].filter(({ type }) => type === 'Identifier').map(nameOf);

/** `a.b.c` of the call `a.b.c(…)`; a part that is no name is empty. */
export function calleeOf({ callee }: Node): string {
  const dotted = (node: Node): string =>
    node.type === 'MemberExpression'
      ? `${dotted(node.object as Node)}.${nameOf(node.property)}`
      : node.type === 'CallExpression'
        ? `${dotted(node.callee as Node)}()`
        : nameOf(node);
  return dotted(callee as Node);
}
