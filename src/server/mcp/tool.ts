import type { z } from 'zod';
import type { Visitor } from '../access.ts';
import type { Service } from '../service.ts';

/** The part of the service that the tools work with; over a pipe there is no other. */
export interface ToolService
  extends Pick<Service, 'engine' | 'version' | 'ids' | 'submissions' | 'deadLetters' | 'config'> {
  /** The client; its dead letters are those of `deadLetters`. */
  readonly visitor: Visitor;
}

/** How a tool call is followed: its caller may take it back, and may want to hear how far it is. */
export interface ToolCallContext {
  /** Aborts when the caller takes the call back. */
  readonly signal: AbortSignal;
  /** Tells how far it is; `total` where it is known. Nothing happens when the caller doesn't want to know. */
  progress(done: number, total: number | null, message: string): void;
}

/** One tool, as data: its schemas are what clients see and what calls are checked with. */
export interface McpTool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Changes nothing. */
  readonly readOnly: boolean;
  /** Works on the running engine. Throws what goes wrong. */
  readonly run: (service: ToolService, input: z.output<Input>, context: ToolCallContext) => unknown;
}

/** A tool whose work gets what its schema gives. */
export function tool<Input extends z.ZodType, Output extends z.ZodType>(definition: McpTool<Input, Output>): McpTool {
  return definition as unknown as McpTool;
}
