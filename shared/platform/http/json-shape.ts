/** The size of a JSON text besides its bytes. */
interface JsonShape {
  values: number;
  depth: number;
}

/** Deep nesting would overflow the stack of recursive code; contract and protocol nest only a few levels. */
const DEEPEST = 200;
/** Far more than the largest flow has. Half a million values would take a while to validate and refuse. */
const MOST_VALUES = 20_000;

/** What of a JSON text is too much to parse and validate it, if anything is: read before it is parsed (I13). */
export function excessOf(text: string): 'depth' | 'values' | undefined {
  const { values, depth } = shapeOf(text);
  if (depth > DEEPEST) return 'depth';
  return values > MOST_VALUES ? 'values' : undefined;
}

/** An estimate of the number of values and the nesting depth. */
function shapeOf(text: string): JsonShape {
  let [values, open, depth] = [1, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values += 1;
    else if (code === BRACKET || code === BRACE) {
      values += 1;
      open += 1;
      depth = Math.max(depth, open);
    } else if (code === BRACKET + 2 || code === BRACE + 2) open -= 1;
  }
  return { values, depth };
}

const [QUOTE, COMMA, BACKSLASH, BRACKET, BRACE] = [0x22, 0x2c, 0x5c, 0x5b, 0x7b];

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}
