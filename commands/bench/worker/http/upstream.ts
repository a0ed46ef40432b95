import { createServer, type ServerResponse } from 'node:http';
import { listen, readBody } from './listen.ts';

/** What a client of the chat completions API asks; the prompt says how many tokens it wants: `tokens=200 …`. */
interface Asked {
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: string }[];
}

const MODEL = 'gpt-4o';
const USAGE = { prompt_tokens: 11, completion_tokens: 11, total_tokens: 22 };
const ANSWER = 'The quick brown fox jumps over the magnificent lazy dog again.';
/** Tokens in one write, as a fast model sends them. */
const TOGETHER = 4;

/** The model that everything is proxied to: answers at once, so that what is measured is who stands in between. */
const server = createServer((request, response) => {
  readBody(request, (text) => {
    const { stream = false, messages } = JSON.parse(text) as Asked;
    const wanted = /^tokens=(\d+) /.exec(messages.at(-1)?.content ?? '');
    if (!stream) whole(response);
    else if (wanted === null) void pieces(response, [ANSWER]);
    else void pieces(response, Array(Number(wanted[1])).fill('token '));
  });
});

function whole(response: ServerResponse): void {
  const message = { role: 'assistant', content: ANSWER };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const body = JSON.stringify({
    id: 'c-1',
    object: 'chat.completion',
    created: 1,
    model: MODEL,
    choices,
    usage: USAGE,
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

async function pieces(response: ServerResponse, tokens: readonly string[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const head = { id: 'c-1', object: 'chat.completion.chunk', created: 1, model: MODEL };
  for (let at = 0; at < tokens.length; at += TOGETHER) {
    const text = tokens
      .slice(at, at + TOGETHER)
      .map((content) => event({ ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] }))
      .join('');
    if (!response.write(text)) await new Promise((resolve) => response.once('drain', resolve));
  }
  const end = event({ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE });
  response.end(`${end}data: [DONE]\n\n`);
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

listen(server);
