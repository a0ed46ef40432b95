import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { messageOf } from '../../core/errors.ts';

/** Bytes of the largest file that is indexed. */
export const LARGEST_FILE = 1024 * 1024;

/** A regular file that a pattern names. */
export interface SourceFile {
  /** As the pattern has it, with forward slashes: relative to the working directory, or absolute. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface FoundFiles {
  /** By path. */
  readonly files: readonly SourceFile[];
  /** Patterns that name no file. */
  readonly unmatched: readonly string[];
}

/** A file's bytes as text, or why they are not indexed. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string; readonly bytes: Uint8Array }
  /** It stays like this until the file changes. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** It may be readable the next time. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * The files that the patterns name. Files and folders whose names begin with a dot are found only by patterns that write
 * the dot, those in `node_modules` only by patterns that name it; links to folders are not followed by `**`.
 */
export async function findFiles(patterns: readonly string[], cwd: string): Promise<FoundFiles> {
  const files = new Map<string, SourceFile>();
  const unmatched: string[] = [];
  for (const pattern of patterns) {
    const exclude = (path: string): boolean => basename(path) === 'node_modules' && !pattern.includes('node_modules');
    let matched = false;
    for await (const found of glob(pattern, { cwd, exclude })) {
      const path = found.split(sep).join('/');
      const file = files.get(path) ?? (await fileAt(path, cwd));
      if (file === null) continue;
      files.set(path, file);
      matched = true;
    }
    if (!matched) unmatched.push(pattern);
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), unmatched };
}

async function fileAt(path: string, cwd: string): Promise<SourceFile | null> {
  try {
    const stats = await stat(resolve(cwd, path));
    return stats.isFile() ? { path, size: stats.size, modifiedMs: stats.mtimeMs } : null;
  } catch {
    // A link that leads nowhere, or a file that is gone by now.
    return null;
  }
}

/** Reads a file that is to be indexed. */
export async function readText({ path, size }: SourceFile, cwd: string): Promise<FileText> {
  const tooLarge = { kind: 'skipped', reason: 'is larger than 1 MiB' } as const;
  if (size > LARGEST_FILE) return tooLarge;
  try {
    const pieces: Uint8Array[] = [];
    // One byte more than is allowed: the file may be growing.
    for await (const piece of createReadStream(resolve(cwd, path), { end: LARGEST_FILE })) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    if (bytes.length > LARGEST_FILE) return tooLarge;
    if (bytes.includes(0)) return { kind: 'skipped', reason: 'is binary' };
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bytes };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { kind: 'skipped', reason: 'is not UTF-8 text' };
    return { kind: 'unreadable', reason: `cannot be read: ${code ?? messageOf(thrown)}` };
  }
}
