import { z } from 'zod';
import type { IssueCode } from '../errors/issues.ts';

export const LARGEST_VERSION = 999_999_999;

/** Lower case only, so that no two names differ in case alone. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
export const flowName = z.string().regex(NAME, 'not_flow_name' satisfies IssueCode);
export const isFlowName = (text: string): boolean => NAME.test(text);

export const flowVersion = z.int().min(1).max(LARGEST_VERSION);

/** A named flow, and which of its versions. */
export const flowReferenceSchema = z.object({ name: flowName, version: flowVersion });
export type FlowReference = z.output<typeof flowReferenceSchema>;
