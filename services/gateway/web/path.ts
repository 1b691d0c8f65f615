/** The API's own first segments, as its router reads them: whatever case they are in. */
const OF_THE_API = /^\/(v1|artifacts|health|ready|openapi\.json|asyncapi\.json|docs|problems)(\/|$)/i;

/** A path that the page may answer: what is unknown below the API's paths stays an error of the API. */
export const isOfThePage = (path: string): boolean => !OF_THE_API.test(path);

/**
 * The file that a URL's path (still encoded) names, relative and with forward slashes; `''` for the root. Undefined for
 * whatever no page links to: hidden files, empty, `.` and `..` segments, encoded slashes, backslashes, NUL.
 */
export function fileNamed(path: string): string | undefined {
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decode);
  if (segments.length === 1 && segments[0] === '') return '';
  return segments.every((segment) => segment !== undefined && NAME.test(segment))
    ? segments.join('/')
    : undefined;
}

const NAME = /^[^./\\\0][^/\\\0]*$/;

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/**
 * A build's file whose name changes with its content, e.g. `assets/index-DiwrgTda.js`. Only in `assets/`, and only if
 * the name carries what looks like a hash: a mistake the other way would keep an old file in browsers for a year.
 */
export const isHashed = (file: string): boolean =>
  /^(.*\/)?assets\//.test(file) &&
  /[-.](?=[^.]*(\d|[a-z][^.]*[A-Z]|[A-Z][^.]*[a-z]))[\w-]{8,64}\.\w+(\.map)?$/.test(file);
