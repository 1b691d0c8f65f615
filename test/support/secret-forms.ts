/* Looks for secrets in bytes, in every form in which they could be kept. */

/** What of a base64 depends on these bytes alone, at each of the three offsets that they may have in it. */
const inBase64 = (bytes: Buffer): string[] =>
  [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3)),
  );

/** Each form with its name. */
export function formsOf(secret: string): Map<string, Buffer> {
  const utf8 = Buffer.from(secret);
  const utf16le = Buffer.from(secret, 'utf16le');
  const utf16be = Buffer.from(utf16le).swap16();
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const levels = [inJson(secret)];
  for (let level = 1; level < 5; level += 1) levels.push(inJson(levels[level - 1]!));
  const forms: [string, string | Buffer][] = [
    ['clear', utf8],
    ['UTF-16, little end first', utf16le],
    ['UTF-16, big end first', utf16be],
    ...levels.map((text, level): [string, string] => [`JSON, ${level + 1} deep`, text]),
    ['URL', encodeURIComponent(secret)],
    ['form', new URLSearchParams({ secret }).toString().slice(7)],
    ['hex', utf8.toString('hex')],
  ];
  for (const [name, bytes] of [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16le],
    ['UTF-16BE', utf16be],
  ] as const)
    for (const [offset, text] of inBase64(bytes).entries()) {
      forms.push([`base64 of ${name}, ${offset}`, text]);
      forms.push([`base64url of ${name}, ${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
    }
  return new Map(forms.map(([name, form]) => [name, Buffer.from(form)]));
}

/** The names of the forms of a secret that are in these bytes. Forms that are equal, as many are of digits, are sought once. */
export function foundIn(bytes: Buffer, secret: string): string[] {
  const isIn = new Map<string, boolean>();
  return [...formsOf(secret)].flatMap(([name, form]) => {
    const text = form.toString('latin1');
    if (!isIn.has(text)) isIn.set(text, bytes.includes(form));
    return isIn.get(text) ? [name] : [];
  });
}
