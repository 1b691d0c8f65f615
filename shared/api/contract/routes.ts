import { ENDPOINTS, type EndpointId } from './endpoints.ts';

/** How an endpoint is called. */
interface Route {
  method: string;
  path: string;
}

/** The place of every endpoint in the contract, without its schemas. */
export const ROUTES = Object.fromEntries(
  Object.entries(ENDPOINTS).map(([id, { method, path }]) => [id, { method, path }]),
) as Readonly<Record<EndpointId, Route>>;
