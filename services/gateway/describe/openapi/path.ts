/** `/v1/runs/:id`, as the router reads it, is `/v1/runs/{id}`. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
