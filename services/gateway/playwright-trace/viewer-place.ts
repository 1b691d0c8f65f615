import type { GatewayContext } from '../http/call.ts';

/** Where browsers find the viewer. */
export interface ViewerPlace {
  /** Its origin for a page of this request; undefined if there is none. */
  originFor(ctx: Pick<GatewayContext, 'hostname' | 'protocol'>): string | undefined;
}

interface PlaceOptions {
  /** Its address as it is configured. */
  url: string | undefined;
  /** The port that it listens on; undefined if it does not. */
  port: number | undefined;
  /** The gateway is reached by other addresses than its own, so that its second port may not be. */
  isBehindProxy: boolean;
}

/** The configured one, or the second port of the host that was called. */
export const viewerPlace = ({ url, port, isBehindProxy }: PlaceOptions): ViewerPlace => ({
  originFor({ hostname }) {
    if (url !== undefined) return url.replace(/\/$/, '');
    if (port === undefined || isBehindProxy || hostname === '') return undefined;
    return `http://${hostname}:${port}`;
  },
});
