/** One command of a document, as a reader would type it. */
export interface DocumentedCommand {
  readonly text: string;
  /** Line of the document, from 1. */
  readonly line: number;
  /** The exit code that a comment `# exit N` on the line before promises; 0 without one. */
  readonly exitCode: number;
}

/**
 * The command lines of every fenced `sh` block: comments and blank lines left out, lines that end in a backslash and
 * here-documents joined to one command.
 */
export function commandsOf(markdown: string): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  const lines = markdown.split('\n');
  /** The language of the open fence. */
  let fence: string | undefined;
  let exitCode = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line.startsWith('```')) {
      fence = fence === undefined ? line.slice(3) : undefined;
      exitCode = 0;
    }
    if (fence !== 'sh' || line === '' || line.startsWith('```')) continue;
    if (line.startsWith('#')) {
      exitCode = Number(/^# exit (\d+)\b/.exec(line)?.[1] ?? exitCode);
      continue;
    }
    const start = at;
    let text = line;
    while (text.endsWith('\\') && at + 1 < lines.length) text = `${text}\n${lines[++at]!}`;
    const word = /<<-?\s*(['"]?)(\w+)\1/.exec(text)?.[2];
    while (word !== undefined && lines[at]!.trim() !== word && at + 1 < lines.length) text = `${text}\n${lines[++at]!}`;
    commands.push({ text, line: start + 1, exitCode });
    exitCode = 0;
  }
  return commands;
}

/** The parts of a command between `&&`, quotes respected. */
export function partsOf(command: string): string[] {
  const parts = [''];
  for (const [piece] of command.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|&&|[\s\S]/g)) {
    if (piece === '&&') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}

/** Whether a part gets the program onto the machine or tests it: too slow and too circular to run from a test. */
export const isInstallation = (part: string): boolean => /^(?:npm|git clone|cd)\s/.test(part);

/** What is wrong with an installation part, given the scripts of package.json; nothing when a reader can follow it. */
export function faultOfInstallation(part: string, scripts: Readonly<Record<string, string>>): string | undefined {
  const [tool, verb, name] = part.split(/\s+/);
  if (tool !== 'npm') return undefined;
  if (verb === 'test' && !scripts['test']) return 'package.json has no script "test"';
  if (verb === 'run' && !scripts[name ?? '']) return `package.json has no script "${name}"`;
  return ['ci', 'install', 'i', 'test', 'run', 'pack', 'link'].includes(verb ?? '') ? undefined : `npm ${verb}?`;
}
