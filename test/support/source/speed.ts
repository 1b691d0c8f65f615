/*
 * What makes a test depend on how fast its machine is: an upper bound of a time that was measured, a wait that gives up
 * after a time that does not grow with the slowness of the machine, and a sleep. A lower bound holds on every machine.
 * A bound that is measured itself is no finding, nor is the time-out of a step: only its page says what it waits for.
 */
import { type Node, walk } from './imports.ts';
import { calleeOf, constantOf, isMeasured, looksAtClock, type Module, nameOf } from './measured.ts';

export interface Finding {
  path: string;
  what: 'bound' | 'impatient' | 'sleep';
  /** The line, trimmed. */
  text: string;
}

const UPPER = /^toBe(LessThan|LessThanOrEqual|CloseTo)$/;
const LOWER = /^toBeGreaterThan(OrEqual)?$/;
/** What gives up after a number: its first argument, or one behind what is done. */
const LIMITED = /^AbortSignal\.timeout$|\.(ended|setDefaultTimeout)$/;
const LIMITED_BEHIND = /^(it|test|describe|(before|after)(All|Each))\b|\.(until|waitFor)$/;
const LOOPS = /^((Do)?While|For)Statement$/;

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
  if (isSleep(module, node)) return 'sleep';
  if (node.type !== 'CallExpression') return undefined;
  if (isImpatient(module, node)) return 'impatient';
  return isBound(module, node) ? 'bound' : undefined;
}

/** A turn of the event loop (`delay(0)`) is none, nor a timer that ends something, nor a loop that keeps others waiting. */
function isSleep(module: Module, node: Node): boolean {
  if (LOOPS.test(node.type))
    return (node.body as Node).type !== 'EmptyStatement' && !!node.test && looksAtClock(node.test as Node);
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

/** `click({ timeout: 5 })`, `eventually(…, { timeoutMs: 5 })`, `it(…, …, 5)`; also where the number, or the object, is a constant. */
function isImpatient(module: Module, node: Node): boolean {
  const callee = calleeOf(node);
  const limits = callee === 'eventually' ? /^timeoutMs$/ : /^timeout$/;
  return (node.arguments as Node[]).some((argument, place) => {
    const constant = constantOf(module, argument);
    if (constant.node.type !== 'ObjectExpression')
      return (LIMITED.test(callee) || (place > 0 && LIMITED_BEHIND.test(callee))) && isNumber(constant);
    return (constant.node.properties as Node[]).some(
      ({ key, value }) => limits.test(nameOf(key)) && isNumber(constantOf(constant.module, value as Node)),
    );
  });
}

/** A number that depends on nothing; `PATIENCE_MS` depends on the machine. */
function isNumber({ module, node }: { module: Module; node: Node }): boolean {
  if (node.type !== 'BinaryExpression') return node.type === 'Literal' && typeof node.value === 'number';
  return [node.left, node.right].every((side) => isNumber(constantOf(module, side as Node)));
}

/** `expect(measured).toBeLessThan(bound)`, or a comparison within `expect()`, with a bound that is not measured itself. */
function isBound(module: Module, node: Node): boolean {
  const times = { byName: true };
  const isBounded = (time: unknown, bound: unknown) =>
    isMeasured(module, time as Node, times) && !isMeasured(module, bound as Node, times);
  const [first] = node.arguments as Node[];
  if (calleeOf(node) === 'expect')
    return (node.arguments as Node[]).some(({ type, operator, left, right }) => {
      if (type !== 'BinaryExpression' || !/^[<>]=?$/.test(String(operator))) return false;
      return String(operator).startsWith('<') ? isBounded(left, right) : isBounded(right, left);
    });
  const subject = subjectOf(node);
  const matcher = calleeOf(node).split('.').at(-1) ?? '';
  const isUpper = (calleeOf(node).includes('.not.') ? LOWER : UPPER).test(matcher);
  return isUpper && subject !== undefined && first !== undefined && isBounded(subject, first);
}

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
