import { openShop, type Shop } from '../demo/shop/shop.ts';
import { probePort } from '../local/process/free-port.ts';

/** What says whether a flow visits the sample site. */
export interface VisitedSite {
  site?: string | undefined;
  flow: { baseUrl: string };
}

export const SHOP_PORT = 4_010;

/** The port of the sample shop for a flow with `"site": "sample-shop"`. */
const shopPortOf = ({ site, flow }: VisitedSite): number | undefined => {
  const url = URL.parse(flow.baseUrl);
  if (site !== 'sample-shop' || url?.hostname !== '127.0.0.1' || url.protocol !== 'http:') return undefined;
  return url.port === '' ? undefined : Number(url.port);
};

/** Opens the sample shop if the flow visits it and it is not served yet. */
export const openSampleSite = async (file: VisitedSite): Promise<Shop | undefined> => {
  const port = shopPortOf(file);
  if (port === undefined) return undefined;
  try {
    return await openShop(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
};

/** Whether the flow visits the sample shop and it is not served yet. */
export const lacksSampleSite = async (file: VisitedSite): Promise<boolean> => {
  const port = shopPortOf(file);
  return port !== undefined && (await probePort(port)) !== undefined;
};
