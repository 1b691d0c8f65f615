/**
 * An init script for each page and frame of a run. Nobody reads their consoles, but the output would use the one
 * connection to the shared browser, and a page that floods it would delay the other runs on it.
 */
export const MUTE_CONSOLE = `for (const name of [
  'assert', 'clear', 'count', 'countReset', 'debug', 'dir', 'dirxml', 'error', 'group', 'groupCollapsed', 'groupEnd',
  'info', 'log', 'table', 'time', 'timeEnd', 'timeLog', 'trace', 'warn',
]) console[name] = () => {};`;
