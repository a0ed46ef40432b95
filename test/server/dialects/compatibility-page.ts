/** One row of the table: a client in front of an upstream, and what came of each thing it can do. */
export interface Row {
  readonly client: string;
  readonly upstream: string;
  /** By column; what is impossible says why. */
  readonly cells: Readonly<Record<string, string>>;
}

export const COLUMNS = ['plain', 'stream', 'tools', 'abort', 'errors', 'retries', 'usage'] as const;

/** `docs/compatibility.md`, from what a test run has found. */
export function compatibilityPage(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `# Compatibility

<!-- Written by test/server/dialects/compatibility.test.ts from what it finds (\`npx vitest run test/server/dialects -u\`). -->

Any client of OpenAI's or Anthropic's API works with nothing but its base URL changed, whichever of them the provider
speaks: \`http://127.0.0.1:8080/v1\` for \`openai\`, \`http://127.0.0.1:8080\` for \`@anthropic-ai/sdk\`. The key is the
server's (\`API_KEY\`); where it has none, any will do.

This is what the official clients found when they were run against the service. "OpenAI-like" and "Anthropic-like" are
upstreams that others wrote, echo is the built-in one.

${line(['client', 'upstream', ...COLUMNS])}
${line(['client', 'upstream', ...COLUMNS].map(() => '---'))}
${rows.map(({ client, upstream, cells }) => line([client, upstream, ...COLUMNS.map((column) => cells[column]!)])).join('\n')}

- **plain**, **stream**: the answer is whole and equals the upstream's own; streamed pieces put together equal it.
- **tools**: two parallel calls come back with ids, names and arguments, streamed and not.
- **abort**: the client goes; the provider is told at once, and the request counts as cancelled.
- **errors**: limits, refusals, overload and failures arrive as the classes that the client has for them.
- **retries**: the client comes again after the time it is told (\`retry-after-ms\`), and not at all when that is hopeless
  (\`x-should-retry: false\`).
- **usage**: tokens as the upstream counted them.

## Routes

| dialect | routes |
| --- | --- |
| OpenAI | \`POST /v1/chat/completions\`, \`POST /v1/completions\` (asked as a chat of one message), \`GET /v1/models\`, \`GET /v1/models/:id\` |
| Anthropic | \`POST /v1/messages\`, \`POST /v1/messages/count_tokens\` (estimated, 4 bytes a token); \`GET /v1/models\` and \`/v1/models/:id\` with \`anthropic-version\` |

Sessions, priorities, deadlines and so on come as headers: \`x-orchestrator-session\`, \`-priority\`, \`-deadline-ms\`,
\`-route\`, \`-no-cache\`, \`-no-dead-letter\`, and \`Idempotency-Key\`. A model is named as in [routing.md](routing.md): by itself, as
\`provider/model\`, by its provider, or by an alias. The reply's \`x-orchestrator-*\` headers tell provider, model, source and attempts.

## The same dialect on both sides

Fields that nobody here knows go through in both directions: of the body, of messages, parts and tools, and of the answer
(log probabilities, thoughts, citations, server tools, fingerprints). \`anthropic-beta\` is forwarded. What differs from
asking the upstream itself:

- \`id\` and \`created\` are of the service, and so are the headers.
- How a text or the arguments of a call are cut into pieces. Answers that are there already come as few.
- \`message_start\` says 0 output tokens, as nobody knows them yet; \`message_delta\` tells input tokens as well. A \`ping\`
  follows \`message_start\`, and comes again every 15 s.
- Error messages name the provider. Their \`code\` is one of [errors.md](errors.md), \`source\` says whose fault it was.
- A failure of the upstream (5xx) is a 502, one that a wait may cure a 503: 529 in Anthropic's dialect. A 404 that is
  not about a model is a 502: the address is wrong, and that is no mistake of the client's.
- The upstream is asked for a stream where the client asks for one, and how the length is limited (\`max_tokens\` or \`max_completion_tokens\`)
  is decided by the provider.
- A request that is answered together with an earlier, equal one that is still running gets the text that is there, then
  the rest, and its tool calls at the end; thoughts come only where the whole answer was heard.

## One dialect in front of the other

| OpenAI | Anthropic |
| --- | --- |
| system and developer messages | \`system\` |
| \`tools\`, \`tool_calls\`, tool messages, \`strict\` | \`tools\`, \`tool_use\`, \`tool_result\`, \`strict\` |
| \`tool_choice\` \`required\`, a function | \`any\`, \`tool\` |
| \`parallel_tool_calls: false\` | \`disable_parallel_tool_use\` |
| \`image_url\` (addresses, \`data:\`) | \`image\` |
| \`file\` with a PDF as \`data:\` | \`document\` (base64) |
| \`response_format\` \`json_schema\` | \`output_config.format\` |
| \`reasoning_effort\` low, medium, high | \`output_config.effort\` |
| \`user\` | \`metadata.user_id\` |
| \`stop\` | \`stop_sequences\` |
| a text that begins with \`Error: \` | a \`tool_result\` with \`is_error\` |
| \`finish_reason\` \`stop\`, \`length\`, \`tool_calls\`, \`content_filter\` | \`stop_reason\` \`end_turn\`, \`max_tokens\`, \`tool_use\`, \`refusal\` |
| \`prompt_tokens\`, with cached ones | \`input_tokens\`, without cached ones |

A request that says what only its own dialect can say is given to a provider of that dialect, when its model leaves the
choice. Whatever else means something is refused with status 400, and the error's \`param\` names it: \`seed\`, penalties,
\`logprobs\`, \`thinking\`, server tools, audio, and every field that is not known. Left out without an error is what
changes no answer: null, empty lists, defaults such as \`store: false\`, and how a prompt cache is to be used
(\`cache_control\`, \`prompt_cache_key\`). What a model thinks aloud is told in the dialect it was thought in. A request has
one answer (\`n\` is 1).
`;
}
