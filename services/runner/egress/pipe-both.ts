import type { Socket } from 'node:net';

/** Passes bytes both ways until either side is done; each waits for the other's reader, so that no data is buffered here. */
export function pipeBoth(one: Socket, other: Socket): void {
  join(one, other);
  join(other, one);
  one.pipe(other);
  other.pipe(one);
}

function join(from: Socket, to: Socket): void {
  from.on('error', () => {
    // The other end should see a reset, not a regular end.
    if (!to.destroyed) to.resetAndDestroy();
  });
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}
