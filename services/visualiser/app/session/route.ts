import { isId } from '#shared/api/contract/is-id.ts';
import { filterQuery, isFiltered, parseFilter, type RunsFilter } from './runs-filter.ts';

/** Views of one project: that of the address, or else of the user's first. */
const PROJECT_VIEWS = ['webhooks', 'vault', 'profiles', 'schedules', 'batches', 'flows'] as const;
export type ProjectView = (typeof PROJECT_VIEWS)[number];

const OF_PROJECT = new RegExp(`^(${PROJECT_VIEWS.join('|')})(?:/([^/@]+))?$`);

/** Where the application is, as its address says. */
export type Route =
  | { view: 'runs'; filter?: RunsFilter }
  | { view: 'new' }
  | { view: 'system' }
  | { view: 'wall' }
  | { view: ProjectView; project?: string }
  | { view: 'flow'; project: string; name: string }
  | { view: 'batch'; project: string; id: string }
  | { view: 'run'; id: string; seq?: number }
  | { view: 'compare'; id: string; other?: string }
  /** A link that answers a question: for those who are not signed in, too. */
  | { view: 'answer'; token: string }
  | { view: 'unknown' };

/** An address without a hash is the list. How each place is written, `hashOf` says. */
export function parseRoute(hash: string): Route {
  const [place = '', query = ''] = hash.split(/\?(.*)/s);
  const path = place.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '' || path === 'runs') {
    const filter = parseFilter(query);
    return { view: 'runs', ...(isFiltered(filter) && { filter }) };
  }
  if (path === 'new' || path === 'system' || path === 'wall') return { view: path };
  const [, ofProject, project] = OF_PROJECT.exec(path) ?? [];
  if (ofProject !== undefined)
    return {
      view: ofProject as ProjectView,
      ...(project !== undefined && { project: project.toLowerCase() }),
    };
  const [, kind, owner, own] = /^(flows|batches)\/([^/@]+)\/([^/@]+)$/.exec(path) ?? [];
  if (owner !== undefined && own !== undefined) {
    const project = owner.toLowerCase();
    return kind === 'flows'
      ? { view: 'flow', project, name: own.toLowerCase() }
      : { view: 'batch', project, id: idIn(own) };
  }
  const [, token] = /^answer\/([\w-]{1,200})$/.exec(path) ?? [];
  if (token !== undefined) return { view: 'answer', token };
  const [, compared, other] = /^runs\/([^/@]+)\/compare(?:\/([^/@]+))?$/.exec(path) ?? [];
  if (compared !== undefined)
    return { view: 'compare', id: idIn(compared), ...(other !== undefined && { other: idIn(other) }) };
  const [, id = '', seq] = /^runs\/([^/@]+)(?:@(\d{1,9}))?$/.exec(path) ?? [];
  if (id === '') return { view: 'unknown' };
  return { view: 'run', id: idIn(id), ...(seq !== undefined && { seq: Number(seq) }) };
}

/** What cannot be an id is a run, or a batch, that is not there. */
const idIn = (text: string): string => (isId(text) ? text.toLowerCase() : text);

export function hashOf(route: Route): string {
  if (route.view === 'run')
    return `#/runs/${encodeURIComponent(route.id)}${route.seq === undefined ? '' : `@${route.seq}`}`;
  if (route.view === 'compare')
    return `#/runs/${[route.id, 'compare', ...(route.other === undefined ? [] : [route.other])].map(encodeURIComponent).join('/')}`;
  if (route.view === 'flow') return `#/flows/${route.project}/${route.name}`;
  if (route.view === 'batch')
    return `#/batches/${[route.project, route.id].map(encodeURIComponent).join('/')}`;
  if (isOfProject(route))
    return `#/${route.view}${route.project === undefined ? '' : `/${encodeURIComponent(route.project)}`}`;
  if (route.view === 'runs' && route.filter && isFiltered(route.filter))
    return `#/runs?${filterQuery(route.filter)}`;
  if (route.view === 'answer') return `#/answer/${route.token}`;
  return route.view === 'unknown' ? '#/' : `#/${route.view}`;
}

const isOfProject = (route: Route): route is Extract<Route, { view: ProjectView }> =>
  (PROJECT_VIEWS as readonly string[]).includes(route.view);
