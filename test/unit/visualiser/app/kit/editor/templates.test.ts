/* The editor offers what the vault has where a value has begun to name it, and nowhere else. */
import { expect, it } from 'vitest';
import { templatesAt } from '../../../../../../services/visualiser/app/kit/editor/completion/templates.ts';

const KNOWN = [`\${secrets.shop.username}`, `\${secrets.shop.password}`, `\${totp.shop}`];

/** The text with the caret at `|`. */
const at = (marked: string) => templatesAt(marked.replace('|', ''), marked.indexOf('|'), KNOWN);
const labels = (marked: string) => at(marked)?.items.map(({ label }) => label);
const step = (value: string) => `{ "steps": [{ "action": "fill", "value": "${value}" }] }`;

it.each([
  [`\${|`, KNOWN],
  [`a\${sec|`, KNOWN.slice(0, 2)],
  [`\${TOTP.|`, [KNOWN[2]]],
  [`\${inputs.x}\${t|otp.other}`, [KNOWN[2]]],
])('a value that has begun %s may go on with what the vault has', (value, expected) => {
  expect(labels(step(value))).toEqual(expected);
});

it.each([`$\${|`, `\${inputs.|`, `\${totp.shop}|`, '|', `\${no, |`])('%s begins none of them', (value) => {
  expect(labels(step(value))).toBeUndefined();
});

it('a selector names nothing of the vault', () => {
  expect(labels(`{ "selector": "\${|" }`)).toBeUndefined();
});

it('what is chosen takes the place of what was begun, with its end', () => {
  const text = step(`a\${totp.old} b`);
  const begun = text.indexOf(`\${`);
  expect(templatesAt(text, begun + 4, KNOWN)).toMatchObject({
    from: begun,
    to: begun + `\${totp.old}`.length,
  });
});
