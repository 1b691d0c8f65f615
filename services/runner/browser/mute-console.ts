/**
 * A script for each page and frame of a run, before their own. Nobody reads their consoles, but all of it would come over
 * the one connection to the shared browser, and a page that floods it would keep the other runs there waiting.
 */
export const MUTE_CONSOLE = `for (const name of [
  'assert', 'clear', 'count', 'countReset', 'debug', 'dir', 'dirxml', 'error', 'group', 'groupCollapsed', 'groupEnd',
  'info', 'log', 'table', 'time', 'timeEnd', 'timeLog', 'trace', 'warn',
]) console[name] = () => {};`;
