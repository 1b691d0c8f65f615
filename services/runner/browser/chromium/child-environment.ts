/** The variables that a runner's child processes need to find their files and libraries. */
const NAMES = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH'];

/** These, those of `more`, and nothing else: no secret of the runner reaches a process that handles web pages (I10). */
export const childEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Record<string, string> =>
  Object.fromEntries(
    [...NAMES, ...more].flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
