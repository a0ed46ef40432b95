import { OrchestratorError } from '../../core/errors.ts';
import type { Route } from '../route.ts';

/** Everything that answers at one path. */
export interface Place {
  /** As it was defined, with `:name` for parameters. */
  readonly path: string;
  readonly byMethod: ReadonlyMap<string, Route>;
  /** The methods it has, for the `allow` header. */
  readonly allowed: string;
}

interface Pattern {
  readonly place: Place;
  /** Null for a segment that is a parameter. */
  readonly segments: readonly (string | null)[];
  readonly names: readonly string[];
}

/** Finds what answers at a path: nearly all paths are fixed and are looked up whole, the few others segment by segment. */
export class Router {
  private readonly fixed = new Map<string, Place>();
  /** Those with fewer parameters first, so that `/v1/dlq/replay` is not a letter called `replay`. */
  private readonly patterns: readonly Pattern[];

  constructor(routes: readonly Route[]) {
    const byPath = new Map<string, Map<string, Route>>();
    for (const route of routes) {
      for (const path of route.paths) {
        const byMethod = byPath.get(path) ?? new Map<string, Route>();
        byPath.set(path, byMethod.set(route.method, route));
        // Probes ask so; a stream has no head to show.
        if (route.anyHost === true && route.method === 'GET') byMethod.set('HEAD', route);
      }
    }
    const patterns: Pattern[] = [];
    for (const [path, byMethod] of byPath) {
      const place = { path, byMethod, allowed: [...byMethod.keys()].join(', ') };
      if (path.includes(':')) patterns.push(patternOf(place));
      else this.fixed.set(path, place);
    }
    this.patterns = patterns.sort((one, other) => one.names.length - other.names.length);
  }

  find(path: string): Place | null {
    return this.fixed.get(path) ?? this.match(path)?.place ?? null;
  }

  /** The parameters in a path that was found, decoded. Throws `request_invalid` for what is no percent-encoding. */
  params(path: string): Readonly<Record<string, string>> {
    if (this.fixed.has(path)) return NONE;
    const params: Record<string, string> = {};
    const { segments = [], names = [] } = this.match(path) ?? {};
    const given = path.split('/');
    let at = 0;
    for (const [place, segment] of segments.entries()) {
      if (segment === null) params[names[at++]!] = decoded(given[place]!);
    }
    return params;
  }

  private match(path: string): Pattern | undefined {
    const given = path.split('/');
    return this.patterns.find(
      ({ segments }) =>
        segments.length === given.length &&
        segments.every((segment, at) => (segment === null ? given[at] !== '' : segment === given[at])),
    );
  }
}

const NONE = Object.freeze({});

function patternOf(place: Place): Pattern {
  const parts = place.path.split('/');
  return {
    place,
    segments: parts.map((part) => (part.startsWith(':') ? null : part)),
    names: parts.filter((part) => part.startsWith(':')).map((part) => part.slice(1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OrchestratorError('request_invalid', 'The path is not percent-encoded UTF-8.');
  }
}
