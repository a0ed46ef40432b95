import type { Attempt } from '../../core/attempt.ts';
import type { NativeFields, NativeRequest } from '../../core/native.ts';
import type { ContentPart, Message, Tool } from '../../core/request.ts';
import { isNeutral, refuseFields, untranslatable } from '../native.ts';

const API = "OpenAI's chat completions";
const EFFORTS = ['low', 'medium', 'high'];

/** What a caller said in Anthropic's dialect, in the words of chat completions. Throws `request_invalid` for the rest. */
export function fromAnthropic({ messages, tools }: Attempt, { fields }: NativeRequest) {
  return {
    messages: messages.map(messageOf),
    tools: tools.map(toolOf),
    fields: Object.assign({}, ...Object.entries(fields).map(([name, value]) => fieldOf(name, value))) as NativeFields,
  };
}

function fieldOf(name: string, value: unknown): NativeFields {
  if (isNeutral(name, value)) return {};
  const parts = value as NativeFields;
  if (name === 'metadata') {
    const { user_id, ...rest } = parts;
    refuseFields(rest, name, API);
    return typeof user_id === 'string' ? { user: user_id } : {};
  }
  if (name === 'output_config') {
    const { format, effort, ...rest } = parts;
    refuseFields(rest, name, API);
    return { ...formatOf(format), ...effortOf(effort) };
  }
  throw untranslatable(name, API);
}

function formatOf(format: unknown): NativeFields {
  if (format === undefined || format === null) return {};
  const { type, schema, ...rest } = format as NativeFields;
  if (type !== 'json_schema') throw untranslatable('output_config.format.type', API);
  refuseFields(rest, 'output_config.format', API);
  return { response_format: { type, json_schema: { name: 'answer', schema, strict: true } } };
}

function effortOf(effort: unknown): NativeFields {
  if (effort === undefined || effort === null) return {};
  if (!EFFORTS.includes(String(effort))) throw untranslatable('output_config.effort', API);
  return { reasoning_effort: effort };
}

function messageOf(message: Message, at: number): Message {
  const { extra, ...rest } = message;
  const { is_error, ...others } = extra ?? {};
  const path = `messages.${at}`;
  refuseFields(others, path, API);
  const content = contentOf(message, path);
  // There is no field for it; the model reads it in the text.
  return { ...rest, content: is_error === true ? failed(content) : content };
}

const failed = (content: Message['content']): Message['content'] =>
  typeof content === 'string' ? `Error: ${content}` : [{ type: 'text', text: 'Error: ' }, ...content];

function contentOf({ content, role }: Message, path: string): Message['content'] {
  if (typeof content === 'string') return content;
  const parts = content.flatMap((part, at) => partOf(part, `${path}.content.${at}`));
  if (role === 'tool') {
    const odd = parts.findIndex(({ type }) => type !== 'text');
    if (odd >= 0) throw untranslatable(`${path}.content.${odd}`, API);
  }
  return parts.length === 0 ? '' : parts;
}

function partOf(part: ContentPart, path: string): readonly ContentPart[] {
  const { type, text, source, ...rest } = part as { readonly type: string } & NativeFields;
  switch (type) {
    case 'text':
      refuseFields(rest, path, API);
      return [{ type, text }];
    case 'tool_use':
      return [];
    case 'image':
      refuseFields(rest, path, API);
      return [{ type: 'image_url', image_url: { url: urlOf(source, `${path}.source`) } }];
    case 'document': {
      const { title, ...others } = rest;
      refuseFields(others, path, API);
      const { type: kind, media_type, data } = (source ?? {}) as NativeFields;
      if (kind === 'text') return [{ type: 'text', text: data }];
      if (kind !== 'base64') throw untranslatable(`${path}.source`, API);
      const file = {
        filename: typeof title === 'string' ? title : 'document.pdf',
        file_data: `data:${media_type};base64,${data}`,
      };
      return [{ type: 'file', file }];
    }
    default:
      throw untranslatable(`${path}.${type}`, API);
  }
}

function urlOf(source: unknown, path: string): string {
  const { type, url, media_type, data } = (source ?? {}) as NativeFields;
  if (type === 'url' && typeof url === 'string') return url;
  if (type === 'base64') return `data:${media_type};base64,${data}`;
  throw untranslatable(path, API);
}

function toolOf({ extra, ...tool }: Tool, at: number): Tool {
  const { strict, ...rest } = extra ?? {};
  refuseFields(rest, `tools.${at}`, API);
  return typeof strict === 'boolean' ? { ...tool, extra: { strict } } : tool;
}
