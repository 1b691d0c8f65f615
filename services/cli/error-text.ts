import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { ProjectError } from '#shared/api/client/find-project.ts';
import { ApiError, GatewayError } from '#shared/api/client/index.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import { sourceStack } from '#shared/platform/log/source-stack.ts';
import { PasswordError } from './account/new-password.ts';
import { UsageError } from './command.ts';
import { EXIT } from './exit.ts';
import { FlowError } from './flow/flow-file.ts';
import { AddressError } from './gateway/address-error.ts';
import { LocalStackError } from './local-stack/local-stack.ts';
import { DatabaseError } from './up/database-error.ts';
import { ServiceStartError } from './up/service.ts';
import { plainJson, plainText } from './view/plain-text.ts';

const OURS = [
  AddressError,
  ApiError,
  ConfigError,
  DatabaseError,
  FlowError,
  GatewayError,
  LocalError,
  LocalStackError,
  PasswordError,
  ProjectError,
  ServiceStartError,
  UsageError,
];

/** An error of the operating system, e.g. no permission, no space, or an address that is not this machine's. */
const isSystemError = (error: Error): boolean =>
  'errno' in error && typeof error.errno === 'number' && 'syscall' in error;

/** Whether the message alone is enough for the user. Any other error is a defect, whatever its `code`. */
const isExpected = (error: Error): boolean =>
  OURS.some((kind) => error instanceof kind) || isSystemError(error);

/** One line for an expected error and each field of a flow, the stack for a defect. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The text comes from the server.
  if (error instanceof ApiError) return plainText(error.message);
  if (error instanceof FlowError) return error.lines().join('\n');
  return isExpected(error) ? error.message : sourceStack(error.stack ?? error.message);
}

/** The same for scripts, on one line: an answer of the gateway as it came, with its stable `code`. */
export function errorJson(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? { code: error.code } : {};
  if (error instanceof ApiError) return plainJson({ ...error.body, status: error.status, ...code });
  const issues = error instanceof FlowError && { details: { issues: error.issues } };
  const text = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && !isExpected(error) && { stack: errorText(error) };
  return plainJson({ ok: false, error: text, ...issues, ...code, ...stack });
}

/** What a script should know of an error: whether to try again, to sign in, or to change what it asks for. */
export function exitCodeOf(error: unknown): number {
  if ([FlowError, ConfigError, UsageError].some((kind) => error instanceof kind)) return EXIT.usage;
  if (error instanceof AddressError) return error.code === 'no_key' ? EXIT.denied : EXIT.unavailable;
  if (error instanceof GatewayError) return error.code === 'invalid_option' ? EXIT.usage : EXIT.unavailable;
  if (!(error instanceof ApiError)) return EXIT.refused;
  if (error.status === 401 || error.status === 403) return EXIT.denied;
  return error.status === 429 || error.status >= 500 ? EXIT.unavailable : EXIT.refused;
}
