/** The oldest release of each line of nats-server in which the advisories of 2026 are mended, oldest line first. */
const MENDED = [
  [2, 12, 12],
  [2, 14, 3],
] as const;

/** The release that the images and the set-up step name. */
export const NATS_VERSION = '2.14.7';

/**
 * What to tell the operator of a nats-server of this version; undefined if nothing. One whose version cannot be read is
 * advised, too.
 */
export function adviceOnNats(version: string | undefined): string | undefined {
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(version ?? '')?.map(Number) ?? [];
  const [major = 0, minor = 0, patch = 0] = parts;
  const line = MENDED.find(([, ofLine]) => ofLine === minor);
  const newest = MENDED[MENDED.length - 1]!;
  const isMended = major > 2 || (major === 2 && (line ? patch >= line[2] : minor > newest[1]));
  if (isMended) return undefined;
  return (
    `nats-server ${parts.length > 0 ? parts.join('.') : 'of an unknown version'} has holes that advisories of 2026 name ` +
    `(https://advisories.nats.io): let nobody but Ghostly reach it, or install ${NATS_VERSION} ` +
    '(https://github.com/nats-io/nats-server/releases)'
  );
}
