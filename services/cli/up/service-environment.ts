import { OF_EXPORTER, OF_STORE, READ_BY, type ServiceKind } from '#shared/platform/config/services.ts';

/** Variables that any process may need: paths, language, certificates. */
const SYSTEM =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|NODE_ENV|NODE_OPTIONS|NODE_COMPILE_CACHE|NODE_DISABLE_COMPILE_CACHE|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|PGSSL\w+|XDG_CACHE_HOME)$/;

/** Additional variables for Chromium. */
const RUNNER =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_RUNTIME_DIR|FONTCONFIG_FILE|FONTCONFIG_PATH|PLAYWRIGHT_BROWSERS_PATH)$/;

/** Additional variables for connections to the outside. */
const OUTGOING = /^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)$/;

/** The environment of a service: only the variables that it reads, and nothing else of the shell that started the stack (I10). */
export const serviceEnvironment = (
  kind: ServiceKind,
  known: Readonly<Record<string, string | undefined>>,
): Record<string, string> => {
  const reads: readonly string[] = READ_BY[kind];
  const isStored = known.GHOSTLY_ARTIFACTS !== undefined && known.GHOSTLY_ARTIFACTS !== '';
  const isFor = (name: string) =>
    reads.includes(name) ||
    SYSTEM.test(name) ||
    (isStored && OF_STORE.test(name)) ||
    OF_EXPORTER.test(name) ||
    (kind === 'runner' && RUNNER.test(name)) ||
    (kind !== 'gateway' && OUTGOING.test(name));
  return Object.fromEntries(
    Object.entries(known).filter(
      (entry): entry is [string, string] => isFor(entry[0]) && entry[1] !== undefined,
    ),
  );
};
