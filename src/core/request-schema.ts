import { z } from 'zod';
import type { Parameters, ToolCall } from './request.ts';
import { MOST_TOKENS } from './tokens.ts';

// What surfaces read requests with, in our form and in the form that OpenAI gave it. Loads zod.

/** A tool call as it is kept here, or as OpenAI writes it. */
const toolCall = z.union([
  z.looseObject({ id: z.string(), name: z.string(), arguments: z.string() }),
  z
    .looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) })
    .transform((call): ToolCall => ({ id: call.id, name: call.function.name, arguments: call.function.arguments })),
]);

const toolFields = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** A `Tool`. */
export const toolSchema = z.union([
  toolFields,
  z.looseObject({ function: toolFields }).transform((given) => given.function),
]);

/** A `Message`. */
export const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  // An assistant that only called tools has said null.
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() })), z.null().transform(() => '')]),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: z.string().optional(),
});

/** The fields of `Parameters`. */
export const parameterFields = {
  max_tokens: z.int().min(1).max(MOST_TOKENS).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(1).optional(),
  stop: z.union([z.array(z.string()), z.string().transform((text) => [text])]).optional(),
  seed: z.int().optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  tool_choice: z
    .union([
      z.enum(['auto', 'none', 'required']),
      z.looseObject({ name: z.string() }),
      z.looseObject({ function: z.looseObject({ name: z.string() }) }).transform((given) => given.function),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
} satisfies Record<Exclude<keyof Parameters, 'native'>, z.ZodType>;
