/*
 * What makes a test depend on how fast its machine is: an upper bound below two seconds of a time that was measured, a
 * wait that gives up sooner than what only ends a hang, and a sleep. A lower bound holds on every machine.
 */
import { type Node, walk } from './imports.ts';
import { atLeast, calleeOf, isMeasured, looksAtClock, type Module, nameOf } from './measured.ts';

export interface Finding {
  path: string;
  what: 'bound' | 'impatient' | 'sleep';
  /** The line, trimmed. */
  text: string;
}

const SOON_MS = 2_000;
/** What `eventually` waits for on a calm machine. */
const PATIENT_MS = 30_000;
const UPPER = /^toBe(LessThan|LessThanOrEqual|CloseTo)$/;
const LOWER = /^toBeGreaterThan(OrEqual)?$/;
const WAITS = /^(eventually|AbortSignal\.timeout|vi\.waitFor)$|\.(poll|waitFor|waitFor[A-Z]\w*)$/;
const LIMITS = /^(timeout|timeoutMs|withinMs)$/;
const LOOPS = /^((Do)?While|For)Statement$/;

/** Whether there is anything to be found in a file; parsing it takes longer. */
export const isAboutTime = (code: string): boolean =>
  /\.now\(|imeout|hreadMs|withinMs|Usage\(|hrtime|scheduler|Atomics|\b(ms|took|elapsed)\b/.test(code);

/** `extendedOnly(…)` is left out: `npm test` does not run it. */
export function dependsOnSpeed(module: Module): Finding[] {
  const extended = new Set(
    module.nodes
      .filter((node) => node.type === 'CallExpression' && calleeOf(node) === 'extendedOnly')
      .flatMap((node) => [...walk(node)]),
  );
  return module.nodes.flatMap((node) => {
    const what = extended.has(node) ? undefined : judge(module, node);
    return what ? [{ path: module.path, what, text: lineOf(module, node) }] : [];
  });
}

function judge(module: Module, node: Node): Finding['what'] | undefined {
  if (LOOPS.test(node.type)) return node.test && looksAtClock(node.test as Node) ? 'sleep' : undefined;
  if (isSleep(module, node)) return 'sleep';
  if (node.type !== 'CallExpression') return undefined;
  const args = node.arguments as Node[];
  if (WAITS.test(calleeOf(node)) && limitsOf(args).some((limit) => atLeast(module, limit) < PATIENT_MS))
    return 'impatient';
  return isBound(module, node) ? 'bound' : undefined;
}

/** A turn of the event loop (`delay(0)`) is none, nor a timer that ends something. */
function isSleep(module: Module, node: Node): boolean {
  if (node.type === 'NewExpression') return calleeOf(node) === 'Promise' && resolvesByTimer(node);
  if (node.type !== 'CallExpression') return false;
  const callee = calleeOf(node);
  if (/\.waitForTimeout$|^scheduler\.wait$|^Atomics\.wait$/.test(callee)) return true;
  const { from, name } = module.imported.get(callee) ?? {};
  const [ms] = node.arguments as Node[];
  return (
    from === 'node:timers/promises' && name === 'setTimeout' && !(ms?.type === 'Literal' && ms.value === 0)
  );
}

/** `new Promise((resolve) => setTimeout(resolve, 5))`, or with a function that calls it. */
function resolvesByTimer(promise: Node): boolean {
  const [executor] = promise.arguments as Node[];
  const [resolve] = ((executor as Node | undefined)?.params as Node[] | undefined) ?? [];
  return [...walk(executor)].some(
    (node) =>
      node.type === 'CallExpression' &&
      calleeOf(node) === 'setTimeout' &&
      [...walk((node.arguments as Node[])[0])].some(
        (used) => nameOf(used) !== '' && nameOf(used) === nameOf(resolve),
      ),
  );
}

/** What `AbortSignal.timeout(5)` and `eventually(…, { timeoutMs: 5 })` are given. */
const limitsOf = (args: Node[]): Node[] =>
  args.flatMap((argument) =>
    argument.type === 'ObjectExpression'
      ? (argument.properties as Node[])
          .filter(({ key }) => LIMITS.test(nameOf(key)))
          .map(({ value }) => value as Node)
      : argument.type === 'Literal' && typeof argument.value === 'number'
        ? [argument]
        : [],
  );

/** `expect(measured).toBeLessThan(bound)`, or a comparison within `expect()`, with a bound that is not measured itself. */
function isBound(module: Module, node: Node): boolean {
  const subject = subjectOf(node);
  const [bound] = node.arguments as Node[];
  if (!subject || !bound) return comparesTimes(module, node);
  const negated = calleeOf(node).includes('.not.');
  const matcher = calleeOf(node).split('.').at(-1) ?? '';
  return (
    (negated ? LOWER : UPPER).test(matcher) &&
    isMeasured(module, subject, { byName: true }) &&
    isAbsolute(module, bound)
  );
}

function comparesTimes(module: Module, node: Node): boolean {
  if (calleeOf(node) !== 'expect') return false;
  return (node.arguments as Node[]).some(({ type, operator, left, right }) => {
    if (type !== 'BinaryExpression' || !/^[<>]=?$/.test(String(operator))) return false;
    const [smaller, bound] = (String(operator).startsWith('<') ? [left, right] : [right, left]) as [
      Node,
      Node,
    ];
    return isMeasured(module, smaller, { byName: true }) && isAbsolute(module, bound);
  });
}

const isAbsolute = (module: Module, bound: Node) =>
  !isMeasured(module, bound, { byName: true }) && atLeast(module, bound) < SOON_MS;

/** What `expect()` was given, of a call of its matchers. */
function subjectOf({ callee }: Node): Node | undefined {
  let node = callee as Node;
  while (node.type === 'MemberExpression') node = node.object as Node;
  return node.type === 'CallExpression' && calleeOf(node) === 'expect'
    ? (node.arguments as Node[])[0]
    : undefined;
}

function lineOf({ code }: Module, { start }: Node): string {
  const from = code.lastIndexOf('\n', start as number) + 1;
  return code.slice(from, code.indexOf('\n', start as number)).trim();
}
