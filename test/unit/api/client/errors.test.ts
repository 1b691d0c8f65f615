import { expect, test } from 'vitest';
import { ApiError, createClient } from '#shared/api/client/index.ts';

const error = (status: number, text: string) => new ApiError(status, { ok: false, error: text });

test.each<[number, string, string]>([
  [409, 'run ya finalizó', 'run_final'],
  [409, 'run already finished', 'run_final'],
  [409, 'email already registered', 'email_taken'],
  [404, 'no encontrado', 'not_found'],
  [401, 'unauthorized', 'unauthorized'],
  [400, 'not found', 'unknown'],
  [404, '404', 'unknown'],
  [418, 'teapot', 'unknown'],
])('an answer %i "%s" has the code %s, whatever its language', (status, text, code) => {
  expect(error(status, text).code).toBe(code);
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
