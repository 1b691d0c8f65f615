/* An error is shown in one line without control characters, and a defect with its stack. */
import { expect, test } from 'vitest';
import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { ApiError, GatewayError } from '#shared/api/client/index.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import { errorText } from '../../../services/cli/error-text.ts';
import { FlowError } from '../../../services/cli/flow/flow-file.ts';
import { AddressError } from '../../../services/cli/gateway/address-error.ts';
import { LocalStackError } from '../../../services/cli/local-stack/local-stack.ts';
import { DatabaseError } from '../../../services/cli/up/database-error.ts';
import { ServiceStartError } from '../../../services/cli/up/service.ts';

const systemError = Object.assign(new Error('EACCES: permission denied, mkdir'), {
  code: 'EACCES',
  errno: -13,
  syscall: 'mkdir',
});

test.each<[string, Error]>([
  ['LocalError', new LocalError('port_busy', 'said in one line')],
  ['ConfigError', new ConfigError('said in one line')],
  ['FlowError', new FlowError('said in one line')],
  ['AddressError', new AddressError('no_key', 'said in one line')],
  ['GatewayError', new GatewayError('unreachable', 'said in one line')],
  ['ApiError', new ApiError(404, { ok: false, error: 'not found' })],
  ['ServiceStartError', new ServiceStartError('said in one line')],
  ['LocalStackError', new LocalStackError('said in one line')],
  ['DatabaseError', new DatabaseError('said in one line')],
  ['a refusal of the operating system', systemError],
])('%s is shown by its message alone', (_, error) => {
  expect(errorText(error)).toBe(error.message);
});

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

test('what a server says is shown without its control characters', () => {
  expect(errorText(new ApiError(409, { ok: false, error: 'no\x1b[2J way' }))).toBe('no way (409)');
});

test('a defect keeps its stack, also one to which Node gives a code', () => {
  const defect = thrownBy(() => Buffer.from(1 as unknown as string));
  expect(defect).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  expect(errorText(defect)).toMatch(/^TypeError.*\n {4}at /s);
  expect(errorText(new Error('no code'))).toMatch(/^Error: no code\n {4}at /);
});

test('what is no error is shown as it is', () => {
  expect(errorText('text')).toBe('text');
  expect(errorText(undefined)).toBe('undefined');
});
