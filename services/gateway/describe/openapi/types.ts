/** The part of OpenAPI 3.1 that is written here. */
export type JsonSchema = Record<string, unknown>;
export type Described<T> = Record<string, T>;

export interface Reference {
  $ref: string;
}
export interface OpenApiExample {
  summary: string;
  description?: string;
  value: unknown;
}
export interface Media {
  schema?: JsonSchema;
  examples?: Described<OpenApiExample | Reference>;
}
export interface Header {
  description: string;
  schema: JsonSchema;
}
export interface Response {
  description: string;
  headers?: Described<Reference>;
  content?: Described<Media>;
}
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  /** None of them: no credentials are asked for. */
  security: Described<string[]>[];
  parameters: (Parameter | Reference)[];
  requestBody?: { required: boolean; content: Described<Media> };
  responses: Described<Response>;
  'x-required-scope'?: string;
  /** The answers of success come with one of these requests, in their order. */
  'x-examples'?: RequestExample[];
}
/** A whole request, which OpenAPI's own examples cannot tell, and what it is answered. */
export interface RequestExample {
  name: string;
  summary: string;
  path: string;
  headers: Described<string>;
  body?: unknown;
  status: number;
}
/** A message that the service sends. */
export interface WebhookOperation {
  summary: string;
  description: string;
  tags: string[];
  parameters: Parameter[];
  requestBody: { required: true; content: Described<Media> };
  responses: Described<Response>;
}
export type HttpMethod = 'get' | 'post' | 'delete' | 'put' | 'patch';
type PathItem = Partial<Record<HttpMethod, Operation>>;

export interface OpenApi {
  openapi: '3.1.1';
  info: { title: string; version: string; summary: string; description: string; license: Described<string> };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Described<PathItem>;
  /** What the service sends, by type. */
  webhooks: Described<{ post: WebhookOperation }>;
  components: {
    schemas: Described<JsonSchema>;
    parameters: Described<Parameter>;
    headers: Described<Header>;
    examples: Described<OpenApiExample>;
    securitySchemes: Described<Record<string, string>>;
  };
}
