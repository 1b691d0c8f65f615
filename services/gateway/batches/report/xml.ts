/* Elements of XML as texts. Their texts must have no character that XML forbids. Pure. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** `>` too, so that no text has `]]>`; parsers turn an unescaped line end of an attribute into a space. */
const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

type XmlAttributes = Record<string, string | number | undefined>;

const openTag = (name: string, attributes: XmlAttributes): string =>
  [
    name,
    ...Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}="${escapeXml(String(value))}"`),
  ].join(' ');

/** An element that has a text, or nothing. */
export const textElement = (name: string, attributes: XmlAttributes, text = ''): string =>
  text === ''
    ? `<${openTag(name, attributes)}/>`
    : `<${openTag(name, attributes)}>${escapeXml(text).replaceAll('&#10;', '\n')}</${name}>`;

/** An element that has elements, as lines. */
export const nestedLines = (
  name: string,
  attributes: XmlAttributes,
  children: readonly string[],
): string[] =>
  children.length === 0
    ? [`<${openTag(name, attributes)}/>`]
    : [`<${openTag(name, attributes)}>`, ...children, `</${name}>`];

/** The same as one text. */
export const nestedElement = (...element: Parameters<typeof nestedLines>): string =>
  nestedLines(...element).join('\n');
