import { createServer } from 'node:net';

/** Whether `port` (0: any) can be bound on `host`; resolves to the port that was bound, or undefined when it is busy. */
export const probePort = (port: number, host = '127.0.0.1'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

/** A port of 127.0.0.1 that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const port = await probePort(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
};
