import { createServer } from 'node:http';
import { Pool } from 'undici';
import { listen, readBody } from './listen.ts';

/**
 * The least that a proxy can do: the body goes to the upstream of `BENCH_UPSTREAM` as it is; an event stream comes back
 * piece by piece as it arrives, anything else whole.
 */
const upstream = new Pool(process.env['BENCH_UPSTREAM']!);
const headers = { 'content-type': 'application/json' };

const server = createServer((request, response) => {
  readBody(request, async (body) => {
    const answer = await upstream.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
    const type = String(answer.headers['content-type']);
    if (type === 'text/event-stream') {
      response.writeHead(answer.statusCode, { 'content-type': type });
      for await (const chunk of answer.body) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
      return;
    }
    const text = await answer.body.text();
    response.writeHead(answer.statusCode, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});

listen(server);
