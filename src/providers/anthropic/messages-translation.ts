import type { Attempt } from '../../core/attempt.ts';
import type { NativeFields, NativeRequest } from '../../core/native.ts';
import type { ContentPart, Message, Parameters, Tool } from '../../core/request.ts';
import { dataUrl, isNeutral, refuseFields, untranslatable } from '../native.ts';

const API = "Anthropic's messages";
const EFFORTS = ['low', 'medium', 'high'];
/** Of the parameters, what this API has no word for. */
const WORDLESS = ['seed', 'presence_penalty', 'frequency_penalty'] as const;

/** What a caller said in OpenAI's dialect, in the words of messages. Throws `request_invalid` for the rest. */
export function fromOpenAi({ messages, tools, parameters }: Attempt, { fields }: NativeRequest) {
  refuseWordless(parameters);
  const said = Object.entries(fields).map(([name, value]) => fieldOf(name, value));
  return {
    messages: messages.map(messageOf),
    tools: tools.map(toolOf),
    fields: {
      ...Object.assign({}, ...said),
      ...gathered('output_config', said),
    } as NativeFields,
  };
}

function refuseWordless(parameters: Parameters): void {
  for (const name of WORDLESS) {
    const value = parameters[name];
    if (value !== undefined && !(value === 0 && name !== 'seed')) throw untranslatable(name, API);
  }
}

/** Two fields there may be parts of one here. */
function gathered(name: string, all: readonly NativeFields[]): NativeFields {
  const parts = all.map((one) => one[name]).filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { [name]: Object.assign({}, ...parts) };
}

function fieldOf(name: string, value: unknown): NativeFields {
  if (isNeutral(name, value)) return {};
  switch (name) {
    case 'user':
    case 'safety_identifier':
      return { metadata: { user_id: value } };
    case 'reasoning_effort':
      if (!EFFORTS.includes(String(value))) throw untranslatable(name, API);
      return { output_config: { effort: value } };
    case 'response_format': {
      const { type, json_schema } = value as NativeFields;
      const { schema } = (json_schema ?? {}) as NativeFields;
      if (type !== 'json_schema' || schema === undefined) throw untranslatable('response_format.type', API);
      return { output_config: { format: { type, schema } } };
    }
    default:
      throw untranslatable(name, API);
  }
}

function messageOf({ extra, ...message }: Message, at: number): Message {
  refuseFields(extra, `messages.${at}`, API);
  const { content } = message;
  if (typeof content === 'string') return message;
  return { ...message, content: content.map((part, place) => partOf(part, `messages.${at}.content.${place}`)) };
}

function partOf(part: ContentPart, path: string): ContentPart {
  const { type, text, image_url, file, ...rest } = part as { readonly type: string } & NativeFields;
  refuseFields(rest, path, API);
  if (type === 'text') return { type, text };
  if (type === 'image_url') {
    const { url, detail = 'auto' } = (image_url ?? {}) as NativeFields;
    if (detail !== 'auto') throw untranslatable(`${path}.image_url.detail`, API);
    return { type: 'image', source: sourceOf(String(url)) };
  }
  const data = type === 'file' ? dataUrl(String((file as NativeFields | undefined)?.['file_data'])) : null;
  if (data?.mediaType !== 'application/pdf') throw untranslatable(`${path}.${type}`, API);
  const { filename } = file as NativeFields;
  return {
    type: 'document',
    source: { type: 'base64', media_type: data.mediaType, data: data.data },
    ...(typeof filename === 'string' ? { title: filename } : {}),
  };
}

function sourceOf(url: string): NativeFields {
  const data = dataUrl(url);
  return data === null ? { type: 'url', url } : { type: 'base64', media_type: data.mediaType, data: data.data };
}

function toolOf({ extra, ...tool }: Tool, at: number): Tool {
  const { strict, ...rest } = extra ?? {};
  refuseFields(rest, `tools.${at}`, API);
  return typeof strict === 'boolean' ? { ...tool, extra: { strict } } : tool;
}
