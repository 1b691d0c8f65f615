/** The resources of the server: runs, and the files of a run. */
export const RUN_TEMPLATE = 'ghostly://runs/{id}';
export const ARTIFACT_TEMPLATE = 'ghostly://runs/{id}/artifacts/{file}';

export const runUri = (id: string): string => `ghostly://runs/${id}`;

/** `path` as in a run's `screenshotPath`: the id of the run, and the name of the file. */
export const artifactUri = (path: string): string => `ghostly://runs/${path.replace('/', '/artifacts/')}`;

export interface ResourceName {
  id: string;
  /** The name of an artifact; without it, the run is meant. */
  file?: string | undefined;
}

/** Undefined for anything else. */
export function readUri(uri: string): ResourceName | undefined {
  const [, id, file] = /^ghostly:\/\/runs\/([\w-]+)(?:\/artifacts\/([\w-][\w.-]*))?$/.exec(uri) ?? [];
  return id === undefined ? undefined : { id, file };
}
