import { ERRORS, toOrchestratorError } from '../core/errors.ts';
import { errorBody } from './error-reply.ts';
import { createServer } from './http/node-http.ts';
import type { Service } from './service.ts';

/** A listener for metrics alone. */
export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/metrics` on a port of its own, under the same key: a scrape never waits behind the API's connections. */
export async function listenForMetrics(service: Service, host: string, port: number): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { url = '', method } = request;
      if (url.split('?')[0] !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
        response.writeHead(404).end();
        return;
      }
      service.access.check('metrics', request.headers);
      const { contentType, text } = await service.metrics();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    };
    answer().catch((thrown) => {
      const error = toOrchestratorError(thrown);
      const body = JSON.stringify(errorBody(error, ''));
      response.writeHead(ERRORS[error.code].status, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
