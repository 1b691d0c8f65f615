/** `/v1/runs/:id{/*rest}`, as the router reads it, is `/v1/runs/{id}`: what may follow is left out, and `open` says so. */
export function openApiPath(path: string): { path: string; open: boolean } {
  const closed = path.replace(/\{.*\}$/, '');
  return { path: closed.replace(/:(\w+)/g, '{$1}'), open: closed !== path };
}
