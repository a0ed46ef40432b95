/** The look of the page, in light and dark. */
export const style = `:root { color-scheme: light dark; --ink: light-dark(#1a1a1a, #e6e6e6); --paper: light-dark(#fff, #15171a);
  --line: light-dark(#ddd, #333); --accent: light-dark(#0a58ca, #6ea8fe); --bad: light-dark(#b02a37, #ea868f); }
body { margin: 0; font: 14px/1.45 ui-monospace, Menlo, Consolas, monospace; color: var(--ink); background: var(--paper); }
header { display: flex; gap: 1.5em; align-items: baseline; padding: .6em 1em; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.1em; margin: 0; } h2 { font-size: 1em; margin: 0 0 .4em; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; padding: 1em; }
section { grid-column: 1 / -1; border: 1px solid var(--line); border-radius: 6px; padding: .7em; overflow-x: auto; }
.half { grid-column: auto; }
@media (max-width: 700px) { .half { grid-column: 1 / -1; } }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .1em .6em; white-space: nowrap; }
th { font-weight: normal; opacity: .7; } th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: 60px; } polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
meter { width: 8em; } #log { list-style: none; margin: 0; padding: 0; max-height: 16em; overflow-y: auto; }
#log .warn, #log .error, .open, .gone { color: var(--bad); }
`;
