/* I13: what opens a session is taken out of any text, JSON stays JSON, and nobody waits for it long. */
import { describe, expect, it } from 'vitest';
import {
  BETWEEN,
  withoutSessions,
} from '../../../../../services/runner/browser/playwright-trace/sessions.ts';

function shown(text: string): { text: string; slices: number } {
  const work = withoutSessions(text);
  for (let slices = 1; ; slices += 1) {
    const { done, value } = work.next();
    if (done) return { text: value, slices };
  }
}

const VALUE = 'f00-ba7';
const inJson = (value: unknown) => JSON.stringify({ session: value, page: 2 });

describe('what opens a session', () => {
  it.each([
    `https://shop.example/?page=2&access_token=${VALUE}#top`,
    `access_token=${VALUE}&page=2`,
    `page=2${BETWEEN}access_token=${VALUE}`,
    `theme=dark; PHPSESSID=${VALUE}; page=2`,
    `jwt=${VALUE}`,
    inJson(VALUE),
    inJson(`a"${VALUE}\\"${VALUE}`),
    JSON.stringify({ body: inJson(VALUE) }),
    JSON.stringify({ body: inJson(`a"\\${VALUE}`) }),
    JSON.stringify({ body: JSON.stringify({ inner: inJson(`"${VALUE}`) }) }),
    `<meta name="csrf-token" content="${VALUE}"><p>page=2</p>`,
    `<meta content='${VALUE}' name=csrf-token><p>page=2</p>`,
    `<input type=hidden name="_csrf" value=${VALUE}>`,
    `<body data-api-key="${VALUE}">`,
    `/back?page=2&code=${VALUE}&state=7`,
    `<a href="/back?page=2&amp;ticket=${VALUE}">`,
    `{"url":"/back?page=2\\u0026sig=${VALUE}"}`,
    `code=${VALUE}&grant_type=authorization_code`,
    `page=2${BETWEEN}SAMLResponse=${VALUE}`,
    `<input type="hidden" name="SAMLResponse" value="${VALUE}">`,
    `<input type=hidden name=code value=${VALUE}>`,
    inJson(1).replace('session', 'assertion').replace('1', `"${VALUE}"`),
  ])('is not in %s', (text) => {
    const { text: safe } = shown(text);
    expect(safe).not.toContain(VALUE);
    expect(safe).toContain('[REDACTED]');
    expect(safe.includes('page')).toBe(text.includes('page'));
    expect(safe.split(BETWEEN)).toHaveLength(text.split(BETWEEN).length);
  });

  it('is taken out so that JSON stays JSON, also where it is a number', () => {
    const hidden = { session: '[REDACTED]', page: 2 };
    for (const value of [48_151_623, VALUE, 'a"b\\', '\\"']) {
      expect(JSON.parse(shown(inJson(value)).text)).toEqual(hidden);
      const { body } = JSON.parse(shown(JSON.stringify({ body: inJson(value) })).text) as { body: string };
      expect(JSON.parse(body)).toEqual(hidden);
    }
  });

  it('leaves what has no such name, and the names', () => {
    for (const text of [
      'page=2&sort=name',
      '{"name":"x"}',
      '<input name="q" value="x">',
      '{"code":404,"ticket":"x"}',
      '/find?zipcode=10115&sort=code',
      '<input name="code"><p>x</p>',
      'a password',
      'token=',
    ])
      expect(shown(text).text).toBe(text);
  });

  it('I13: is looked for in slices, in a text that is all names, too', () => {
    const MIB = 2 ** 20;
    for (const text of [
      `?${'auth'.repeat(MIB / 4)}`,
      'auth '.repeat(MIB / 8),
      `"token":"${'\\"'.repeat(MIB / 2)}`,
      'x'.repeat(MIB),
    ])
      expect(shown(text).slices).toBeGreaterThan(30);
  });
});
