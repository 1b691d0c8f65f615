import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { startServer } from '#shared/platform/http/http-server.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import type { Variables } from '../gateway-config.ts';
import { createViewTickets } from './view-tickets.ts';
import { createViewer } from './viewer.ts';
import { readViewerFiles } from './viewer-files.ts';

/** Starts the viewer on its port, which is the result; undefined if it is off, or its files are not installed. */
export async function startViewer(
  config: Pick<
    Variables,
    'GHOSTLY_VIEWER_PORT' | 'GHOSTLY_VIEWER_URL' | 'GHOSTLY_PUBLIC_URL' | 'GHOSTLY_JWT_SECRET' | 'HOST'
  >,
  artifacts: Artifacts,
  { log, resources }: Pick<ServiceContext, 'log' | 'resources'>,
): Promise<number | undefined> {
  const { GHOSTLY_VIEWER_PORT: port, GHOSTLY_VIEWER_URL: url, HOST: host } = config;
  if (port === 'off') return undefined;
  const files = readViewerFiles();
  if (!files) {
    log.warn({}, "Playwright's viewer is not installed here: traces can be downloaded");
    return undefined;
  }
  const publicUrls = [...config.GHOSTLY_PUBLIC_URL, ...(url === undefined ? [] : [url])];
  const tickets = createViewTickets(config.GHOSTLY_JWT_SECRET);
  const viewer = createViewer({ files, artifacts, tickets, publicUrls, log });
  const server = resources.use(await startServer(viewer.callback(), { host, port }));
  log.info({ url: server.url }, "Playwright's viewer is listening");
  return Number(new URL(server.url).port);
}
