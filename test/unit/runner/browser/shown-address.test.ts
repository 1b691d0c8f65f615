/* I10: an address is shown without what opens a session, also where it is cut. */
import { expect, test } from 'vitest';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { shownAddress } from '../../../../services/runner/browser/shown-address.ts';

test.each([
  ['/back#id_token=eyJh.b.c&state=7', '/back#id_token=[REDACTED]&state=7'],
  ['/back?code=4/0AX4&scope=mail', '/back?code=[REDACTED]&scope=mail'],
  ['/new?reset=f00d', '/new?reset=[REDACTED]'],
  ['/new?reset_token=f00d#top', '/new?reset_token=[REDACTED]#top'],
  ['/find?q=shoes&zipcode=10115', '/find?q=shoes&zipcode=10115'],
  ['/find?q=hunter2', '/find?q=[REDACTED]'],
])('I10: of %s what opens a session is not shown', async (url, shown) => {
  expect(await shownAddress(url, createRedactor(['hunter2']), 300)).toBe(shown);
});

test('what opens a session does not show where an address is cut', async () => {
  const url = `/${'a'.repeat(280)}?code=4/0AX4yx`;
  expect(await shownAddress(url, createRedactor([]), 300)).toBe(`${url.slice(0, 287)}[REDACTED]`);
});
