const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** What only one API key's names end with. */
const HANDLE = /^(ghostly\.v1\.durable\.)?(feed_own|feed_projects|_INBOX)_[\w-]{8,}$/;
/** The address of a view of a trace: its ticket. */
const VIEW = /\/traces\/eyJ[\w-]+\.[\w-]+\.[\w-]+\/$/;
/** The address of the page of an answer link: its token. */
const ANSWER = /\/#\/answer\/[\w-]{80}$/;
/** Texts that are different each time: what stands for one of these may be any other of its kind. */
const KINDS = [TIME, ID, EMAIL, VIEW, ANSWER, /^gly_/, /^whsec_/, /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/, HANDLE];

/**
 * The lines where a value is not of an example's shape. Fields, words and flags have to be the same; of numbers,
 * times, ids, addresses, keys and tokens only the kind, but for `exact`. Elements of a list look like one of the
 * example's.
 */
export function differences(
  example: unknown,
  actual: unknown,
  exact: ReadonlySet<string>,
  path = 'body',
): string[] {
  if (Array.isArray(example)) {
    if (!Array.isArray(actual)) return [`${path} is no list`];
    if ((actual.length === 0) !== (example.length === 0)) return [`${path} has ${actual.length} elements`];
    return actual.flatMap((element, n) => closest(example, element, exact, `${path}[${n}]`));
  }
  if (typeof example === 'object' && example !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
      return [`${path} is no object`];
    const [left, right] = [Object.entries(example), Object.entries(actual)];
    const extra = right
      .filter(([key]) => !(key in example))
      .map(([key]) => `${path}.${key} is not in the example`);
    const inner = left.flatMap(([key, value]) =>
      key in actual
        ? differences(value, (actual as Record<string, unknown>)[key], exact, `${path}.${key}`)
        : [`${path}.${key} is missing`],
    );
    return [...extra, ...inner];
  }
  if (typeof example === 'number') return typeof actual === 'number' ? [] : [`${path} is no number`];
  if (example === actual || (typeof example === 'string' && sameKind(example, actual, exact))) return [];
  return [`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(example)}`];
}

const sameKind = (example: string, actual: unknown, exact: ReadonlySet<string>): boolean =>
  typeof actual === 'string' &&
  (timeless(example) === timeless(actual) || isSameKind(example, actual, exact));

/** Durations inside a sentence may differ. */
const timeless = (text: string) => text.replaceAll(/\d+ [dhms]\b( \d+ [hms]\b)?/g, 'a while');

const isSameKind = (example: string, actual: string, exact: ReadonlySet<string>): boolean =>
  !exact.has(example) && KINDS.some((kind) => kind.test(example) && kind.test(actual));

/** What it differs in from the element of the example that it is most like. */
function closest(examples: unknown[], actual: unknown, exact: ReadonlySet<string>, path: string): string[] {
  const all = examples.map((example) => differences(example, actual, exact, path));
  return all.reduce((best, next) => (next.length < best.length ? next : best));
}
