import type { ElicitRequestFormParams, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Client } from '#shared/api/client/index.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';

/** What a form was filled in with. */
type Values = Record<string, string | boolean>;

/** What a call of a tool may use. */
export interface CallContext {
  client: Client;
  /** Whether the caller's API key may do what this scope allows; true while that is not known. */
  may(scope: KeyScope): boolean;
  /** Aborted when the call is cancelled: nobody gets its answer any more. */
  signal: AbortSignal;
  /** Aborted when the server is asked to stop: the call is to be answered now. */
  stopping: AbortSignal;
  /** Shows a form to the user; undefined if they fill in none, or if the caller's client has none. */
  elicit?(form: ElicitRequestFormParams, signal: AbortSignal): Promise<Values | undefined>;
  /** Tells the caller how far the call is, and does not wait for it to read that. `at` only rises. */
  progress(at: number, message: string): void;
}

export interface PictureContent {
  mimeType: string;
  /** The picture in base64. */
  data: string;
}

/** The answer of a tool: for people and models as text, for programs as data that fits the tool's `output`. */
export interface Answer<Output> {
  text: string;
  data: Output;
  picture?: PictureContent | undefined;
}

interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  /** The scope that the caller's key needs; without it the tool is not offered. */
  needs: KeyScope;
  annotations: ToolAnnotations;
  input: Input;
  /** What is listed of it, if that is less: agents need not know the rest. */
  listed?: z.ZodObject;
  output: Output;
  /** @throws ApiError, GatewayError, ToolError, ProjectError; of a cancelled call NotUndone, or anything else */
  call(input: z.output<Input>, context: CallContext): Promise<Answer<z.input<Output>>>;
}

/** A tool in the table, without the types of its own input and output. */
export type AnyTool = Omit<Tool, 'call'> & {
  call(input: never, context: CallContext): Promise<Answer<Record<string, unknown>>>;
};

export const defineTool = <Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> => tool;

/** What was asked for cannot be given. Its message is for the caller. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code = 'tool';
}

/** A call was cancelled, and what it has begun goes on, or may do so. Its message is for the operator of the server. */
export class NotUndone extends Error {
  override readonly name = 'NotUndone';
  readonly code = 'not_undone';
}

/** Changes nothing, and calling again gives the state of then. */
export const READS: ToolAnnotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
