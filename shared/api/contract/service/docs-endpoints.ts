import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

/** The contract, for programs and for people. */
export const DOCS_ENDPOINTS = {
  openapi: {
    summary: 'This contract as an OpenAPI 3.1 document',
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    replies: { 200: z.never() },
    raw: 'file',
    media: { 'application/json': null },
  },
  asyncapi: {
    summary: 'The messages over NATS as an AsyncAPI 3.0 document',
    method: 'GET',
    path: '/asyncapi.json',
    access: 'public',
    replies: { 200: z.never() },
    raw: 'file',
    media: { 'application/json': null },
  },
  docs: {
    summary: 'This contract as an HTML page, without external resources',
    method: 'GET',
    path: '/docs',
    access: 'public',
    replies: { 200: z.never() },
    raw: 'file',
    media: { 'text/html': null },
  },
  readProblem: {
    summary: 'What the `type` of a problem means: a redirect to its description',
    method: 'GET',
    path: '/problems/:code',
    access: 'public',
    params: z.object({
      code: z
        .string()
        .regex(/^[a-z_]+$/)
        .describe('The code of the error.'),
    }),
    replies: { 302: z.never() },
    sends: ['Location'],
    raw: 'file',
  },
} as const satisfies Record<string, Endpoint>;
