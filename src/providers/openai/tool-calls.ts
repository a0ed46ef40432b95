import type { ToolCall } from '../../core/request.ts';

interface Begun {
  id: string;
  name: string;
  arguments: string;
}

interface NewPiece {
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

/** Puts streamed tool calls together. Pieces belong to a call by its index, in whatever order they come. */
export class ToolCallCollector {
  private readonly calls = new Map<number, Begun>();

  /**
   * Adds what a piece says of a call; id and name are told once and may be repeated. Returns what is new: of a call that
   * begins also its id, whether it was told or not, and its name.
   */
  add(index: number, piece: { readonly id?: string; readonly name?: string; readonly arguments?: string }): NewPiece {
    let call = this.calls.get(index);
    const begins = call === undefined;
    if (call === undefined) {
      call = { id: '', name: '', arguments: '' };
      this.calls.set(index, call);
    }
    if (call.id === '') call.id = piece.id ?? '';
    if (call.name === '') call.name = piece.name ?? '';
    call.arguments += piece.arguments ?? '';
    const more = piece.arguments ?? '';
    return {
      index,
      ...(begins ? { id: call.id || `call_${index}`, name: call.name } : {}),
      ...(more === '' ? {} : { arguments: more }),
    };
  }

  /** By index; null when there is none. A call without arguments has an empty object. */
  list(): readonly ToolCall[] | null {
    if (this.calls.size === 0) return null;
    return [...this.calls]
      .sort(([a], [b]) => a - b)
      .map(([index, { id, name, arguments: text }]) => ({
        // Some servers leave the id out; the result must be able to name its call.
        id: id === '' ? `call_${index}` : id,
        name,
        arguments: text === '' ? '{}' : text,
      }));
  }
}
