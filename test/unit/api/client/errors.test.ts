/* An error of the client has the code and the text of its answer, and no error says a secret. */
import { expect, test } from 'vitest';
import { ApiError, createClient } from '#shared/api/client/index.ts';

const error = (status: number, text: string) => new ApiError(status, { ok: false, error: text });

test('an error has the code that its answer says, whatever its language, and else none', () => {
  const answer = new ApiError(409, { ok: false, error: 'run ya finalizó' }, { code: 'run_final' });
  expect(answer).toMatchObject({ code: 'run_final', body: { error: 'run ya finalizó' } });
  expect(error(418, 'teapot').code).toBe('unknown');
});

test('an error says its text and status, and with a failure of the server which request it was', () => {
  expect(error(404, 'not found').message).toBe('not found (404)');
  const body = { ok: false, error: 'internal error', requestId: 'r-1' } as const;
  expect(new ApiError(500, body)).toMatchObject({
    message: 'internal error (500, request r-1)',
    requestId: 'r-1',
  });
});

test.each([
  ['no URL', { url: 'shop' }],
  ['another scheme', { url: 'ftp://x.test' }],
  ['a key with a line break', { url: 'http://x.test', apiKey: 'gly_a\nb' }],
  ['an empty token', { url: 'http://x.test', token: '' }],
])('%s is refused at once, and the error does not say the secret', (_, options) => {
  const create = () => createClient(options);
  expect(create).toThrow(expect.objectContaining({ name: 'GatewayError', code: 'invalid_option' }));
  expect(create).not.toThrow(/gly_/);
});
