import { createServer } from 'node:http';
import { listen, readBody } from './listen.ts';

/** HTTP and JSON alone: reads the body, parses it, answers with its prompt in an object of the usual size. */
const server = createServer((request, response) => {
  readBody(request, (text) => {
    const { input } = JSON.parse(text) as { readonly input: string };
    const body = JSON.stringify({
      request_id: 'req-1',
      session_id: null,
      output: input,
      source: 'model',
      provider: 'bare',
      model: 'bare',
      finish_reason: 'stop',
      usage: { input_tokens: 11, output_tokens: 11, estimated: false },
      latency_ms: null,
      cost_usd: null,
    });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});

listen(server);
