/*
 * How the bytes of a secret show inside base64, whatever stands around them: in UTF-8, Latin-1 and UTF-16 of both orders, at each of
 * the three offsets that a byte may have. Pure.
 */

/** Fewer characters are found in any base64 by chance. */
const SHORTEST = 6;
/** The longest value of the vault, UTF-16 units; of a longer one this would cost too much. */
const LONGEST = 4_096;

/** What every base64 that has the value has in it, standard or URL-safe; nothing of a value that is too long. */
export function base64FormsOf(value: string): string[] {
  if (value.length > LONGEST) return [];
  const forms = [utf8, latin1, utf16le, utf16be].flatMap((bytesOf) => {
    const bytes = bytesOf(value);
    return [0, 1, 2].map((offset) => insideOf(bytes, offset));
  });
  const long = forms.filter(({ length }) => length >= SHORTEST);
  return [...new Set(long.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]))];
}

/** The characters that depend on nothing but these bytes, if `offset` others stand before them. */
function insideOf(bytes: readonly number[], offset: number): string {
  const before = Array.from({ length: offset }, () => 0);
  const encoded = btoa(String.fromCharCode(...before, ...bytes));
  return encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
}

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
/** As `btoa` takes a text; nothing of one that it does not take. */
const latin1 = (text: string): number[] => {
  const units = unitsOf(text);
  return units.every((unit) => unit < 256) ? units : [];
};
const utf16le = (text: string): number[] =>
  unitsOf(text).flatMap((unit) => [unit % 256, Math.floor(unit / 256)]);
const utf16be = (text: string): number[] =>
  unitsOf(text).flatMap((unit) => [Math.floor(unit / 256), unit % 256]);
const unitsOf = (text: string): number[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
