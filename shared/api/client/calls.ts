import type { z } from 'zod';
import type { ENDPOINTS, EndpointId } from '#shared/api/contract/endpoints.ts';
import type { NamedStartInput, StartInput } from '#shared/api/contract/runs/start.ts';

type Endpoints = typeof ENDPOINTS;

/** Endpoints that answer with JSON; the others answer with an event stream, a file or a page. */
export type CallId = { [Id in EndpointId]: Endpoints[Id] extends { raw: string } ? never : Id }[EndpointId];

type Schema<Id extends EndpointId, Column extends string> =
  Endpoints[Id] extends Record<Column, infer S extends z.ZodType> ? S : never;
type Has<Id extends EndpointId, Column extends string> = [Schema<Id, Column>] extends [never] ? false : true;

/** Values that are sent as text, typed as the gateway parses them, all optional. */
type Texts<Id extends EndpointId, Column extends 'query' | 'headers'> =
  Has<Id, Column> extends true
    ? {
        [Name in Column]?: {
          [Key in keyof z.output<Schema<Id, Column>>]?: z.output<Schema<Id, Column>>[Key];
        };
      }
    : unknown;
type Params<Id extends EndpointId> =
  Has<Id, 'params'> extends true ? { params: z.input<Schema<Id, 'params'>> } : unknown;
type Body<Id extends EndpointId> = Id extends 'startRun'
  ? { body: StartInput | NamedStartInput }
  : Has<Id, 'body'> extends true
    ? { body: z.input<Schema<Id, 'body'>> }
    : unknown;

/** The input of a call, by its endpoint in the contract: `params`, `query`, `headers`, `body`. */
export type CallRequest<Id extends EndpointId> = Params<Id> &
  Texts<Id, 'query'> &
  Texts<Id, 'headers'> &
  Body<Id>;

type Replies<Id extends EndpointId> = Endpoints[Id]['replies'];
/** The body of a successful answer. */
export type CallReply<Id extends EndpointId> = {
  [Status in keyof Replies<Id>]: Replies<Id>[Status] extends z.ZodType
    ? z.output<Replies<Id>[Status]>
    : never;
}[keyof Replies<Id>];
