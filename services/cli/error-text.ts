import { LocalError } from '#shared/binaries/errors.ts';
import { ProjectError } from '#shared/client/find-project.ts';
import { ApiError, GatewayError } from '#shared/client/index.ts';
import { ConfigError } from '#shared/config/config.ts';
import { sourceStack } from '#shared/process/source-stack.ts';
import { PasswordError } from './account/new-password.ts';
import { DemoStackError } from './demo/demo-stack.ts';
import { FlowError } from './flow/flow-file.ts';
import { AddressError } from './gateway/address-error.ts';
import { DatabaseError } from './up/database-error.ts';
import { ServiceStartError } from './up/service.ts';
import { plainText } from './view/plain-text.ts';

const OURS = [
  AddressError,
  ApiError,
  ConfigError,
  DatabaseError,
  DemoStackError,
  FlowError,
  GatewayError,
  LocalError,
  PasswordError,
  ProjectError,
  ServiceStartError,
];

/** An error of the operating system, e.g. no permission, no space, or an address that is not this machine's. */
const isSystemError = (error: Error): boolean =>
  'errno' in error && typeof error.errno === 'number' && 'syscall' in error;

/** Whether the message alone is enough for the user. Any other error is a defect, whatever its `code`. */
const isExpected = (error: Error): boolean =>
  OURS.some((kind) => error instanceof kind) || isSystemError(error);

/** One line for an expected error, the stack for a defect. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The text comes from the server.
  if (error instanceof ApiError) return plainText(error.message);
  return isExpected(error) ? error.message : sourceStack(error.stack ?? error.message);
}
