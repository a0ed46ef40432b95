import { posix } from 'node:path';
import { blankOut, type Import, importsOf, lineAt } from './scan.ts';

/** A source file as the checks see it; paths are relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a check found: one sentence each, beginning with `path:line`. Empty means that the rule holds. */
export type Findings = string[];

/** The floors of DESIGN.md ("The house"), top to bottom. The rooms of one row import each other freely. */
const FLOORS: ReadonlyArray<readonly string[]> = [
  ['commands'],
  ['tui'],
  ['src/server'],
  ['src/engine.ts', 'src/engine-contract.ts', 'src/sections.ts', 'src/index.ts'],
  ['src/control'],
  ['src/schedule'],
  ['src/cluster'],
  ['src/telemetry'],
  ['src/config'],
  ['src/pipeline'],
  ['src/inference'],
  ['src/admission'],
  ['src/reuse'],
  ['src/providers'],
  ['src/prompts'],
  ['src/conversation'],
  ['src/storage'],
  ['src/core'],
  ['src/primitives'],
];

/** Rooms that may import less than everything below them. */
const NARROWER: Readonly<Record<string, { only: readonly string[]; because: string }>> = {
  'src/config': {
    only: ['src/core', 'src/primitives'],
    because: "the rooms' sections are handed to it as a list, it imports none of them",
  },
};

const roomOf = (path: string): string | undefined =>
  FLOORS.flat().find((room) => path === room || path.startsWith(`${room}/`));
const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room));
const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const target = (file: SourceFile, found: Import): string =>
  posix.normalize(posix.join(posix.dirname(file.path), found.specifier));
const inHouse = (file: SourceFile): boolean => /^(?:src|commands|tui)\//.test(file.path);

/** A room imports only from rooms below it; types count too. */
export function checkFloors(files: readonly SourceFile[]): Findings {
  return files.filter(inHouse).flatMap((file) => {
    const room = roomOf(file.path);
    if (room === undefined) return [`${file.path}:1 is in no room of the table`];
    return importsOf(file.text).flatMap((found) => {
      if (!isRelative(found.specifier)) return [];
      const where = `${file.path}:${found.line} imports ${target(file, found)}`;
      const other = roomOf(target(file, found));
      if (other === undefined) return [`${where}, which is in no room of the table`];
      if (other === room) return [];
      const narrow = NARROWER[room];
      if (narrow && !narrow.only.includes(other)) return [`${where}, but ${narrow.because}`];
      return floorOf(other) < floorOf(room) ? [`${where}: ${other} lies above ${room}`] : [];
    });
  });
}

const LONGEST_FILE = 350;

/** No file is longer than `LONGEST_FILE` lines. */
export function checkLength(files: readonly SourceFile[]): Findings {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > LONGEST_FILE ? [`${path}:${LONGEST_FILE} goes on to line ${lines}`] : [];
  });
}

/** Something of the world outside that only few files may touch. */
export interface Door {
  readonly name: string;
  /** Matched against code without comments, strings and regular expressions. */
  readonly uses?: RegExp;
  /** Modules whose import opens the door; a type does not. */
  readonly modules?: readonly string[];
  /** Who may, and why. A path that ends in `/` is a folder. */
  readonly allowed: Readonly<Record<string, string>>;
}

/** A door is used only by the files on its list, and each entry of the list is still needed. */
export function checkDoors(files: readonly SourceFile[], doors: readonly Door[]): Findings {
  const findings: Findings = [];
  for (const door of doors) {
    const unused = new Set(Object.keys(door.allowed));
    for (const file of files.filter(inHouse)) {
      const uses = usesOf(door, file);
      if (uses.length === 0) continue;
      const entry = Object.keys(door.allowed).find((path) => isUnder(file.path, path));
      if (entry !== undefined) unused.delete(entry);
      else findings.push(...uses.map((use) => `${file.path}:${use}: the door for ${door.name} is elsewhere`));
    }
    findings.push(...[...unused].map((path) => `${path}:1 no longer needs its exception for ${door.name}`));
  }
  return findings;
}

function usesOf(door: Door, file: SourceFile): string[] {
  const code = blankOut(file.text);
  const names = door.uses ? [...code.matchAll(new RegExp(door.uses, 'g'))] : [];
  const modules = importsOf(file.text).filter(
    ({ specifier, typeOnly }) => !typeOnly && door.modules?.some((name) => isPackage(specifier, name)),
  );
  return [
    ...names.map((match) => `${lineAt(code, match.index)} uses ${match[0].replace(/\s+/g, ' ')}`),
    ...modules.map(({ line, specifier }) => `${line} imports ${specifier}`),
  ];
}

const isUnder = (path: string, entry: string): boolean =>
  entry.endsWith('/') ? path.startsWith(entry) : path === entry;
/** `node:` may be left out of both; a path below a package is the package. */
const isPackage = (specifier: string, name: string): boolean =>
  `${specifier.replace(/^node:/, '')}/`.startsWith(`${name.replace(/^node:/, '')}/`);

/** The small rules: extensions, exports, names. */
export function checkNames(files: readonly SourceFile[]): Findings {
  return files.flatMap((file) => {
    const findings: Findings = [];
    const name = posix.basename(file.path);
    if (/helper|util|manager/i.test(name)) findings.push(`${file.path}:1 is named for no behaviour`);
    if (!/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(name)) findings.push(`${file.path}:1 is not in kebab-case`);
    if (!/\.tsx?$/.test(name)) return findings;
    for (const { specifier, line } of importsOf(file.text)) {
      const plain = /\/bin\/orchestrator\.js$|\.(?:json|mjs)$/.test(specifier);
      if (isRelative(specifier) && !plain && !/\.tsx?$/.test(specifier))
        findings.push(`${file.path}:${line} imports ${specifier} without .ts or .tsx`);
    }
    const code = blankOut(file.text);
    for (const match of code.matchAll(/\bexport\s+default\b|\bas\s+default\b/g))
      if (file.path.startsWith('src/')) findings.push(`${file.path}:${lineAt(code, match.index)} has a default export`);
    for (const match of code.matchAll(/\binterface\s+(I[A-Z]\w*)/g))
      findings.push(`${file.path}:${lineAt(code, match.index)} names an interface ${match[1]}`);
    return findings;
  });
}

/** What a promise is rejected with is looked at: `toThrow` of a text is content with a promise rejected with `undefined`. */
export function checkRejections(files: readonly SourceFile[]): Findings {
  return files.flatMap(({ path, text }) => {
    const code = blankOut(text);
    return [...code.matchAll(/\.rejects\s*\.\s*toThrow/g)].map(
      ({ index }) =>
        `${path}:${lineAt(code, index)} is content with nothing: use rejects.toMatchObject({ message: … })`,
    );
  });
}

/** None of `heavy` is loaded by starting `entry`: follows the imports that are left at run time, lazy ones excepted. */
export function checkLightness(files: readonly SourceFile[], entry: string, heavy: readonly string[]): Findings {
  const byPath = new Map(files.map((file) => [file.path, file]));
  if (!byPath.has(entry)) return [`${entry}:1 does not exist`];
  const findings: Findings = [];
  const ways = new Map([[entry, entry]]);
  // A Map may grow while it is walked: breadth first, so the way that is reported is a shortest one.
  for (const [path, way] of ways) {
    for (const found of importsOf(byPath.get(path)!.text)) {
      if (found.typeOnly || found.dynamic) continue;
      const next = target(byPath.get(path)!, found);
      if (heavy.some((name) => isPackage(found.specifier, name)))
        findings.push(`${path}:${found.line} loads ${found.specifier} at start-up: ${way}`);
      else if (isRelative(found.specifier) && byPath.has(next) && !ways.has(next)) ways.set(next, `${way} → ${next}`);
    }
  }
  return findings;
}
