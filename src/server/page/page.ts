import { script } from './script.ts';
import { style } from './style.ts';

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>orchestrator</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header><h1 id="name">orchestrator</h1><span id="state" role="status">connecting…</span><span id="uptime"></span></header>
<main>
<section><h2>Flow</h2><table id="stages"><thead><tr><th>stage<th>queue<th><th>busy<th>done<th>p50<th>p95<th>p99</tr></thead><tbody></tbody></table></section>
<section class="half"><h2>Throughput <b id="rate"></b></h2><svg id="throughput" viewBox="0 0 240 40" preserveAspectRatio="none" aria-hidden="true"><polyline points=""></polyline></svg></section>
<section class="half"><h2>Latency <b id="latency-now"></b></h2><svg id="latency" viewBox="0 0 240 40" preserveAspectRatio="none" aria-hidden="true"><polyline points=""></polyline></svg></section>
<section><h2>Providers</h2><table id="providers"><thead><tr><th>provider<th>model<th>breaker<th>calls<th>ok<th>errors<th>in flight<th>p95</tr></thead><tbody></tbody></table></section>
<section class="half"><h2>Requests</h2><table id="totals"><tbody></tbody></table></section>
<section class="half"><h2>Dead letters</h2><table id="letters"><tbody></tbody></table></section>
<section><h2>Log</h2><ol id="log"></ol></section>
</main>
</body>
</html>
`;

/** The web dashboard: three small files without any from elsewhere. */
export const page = {
  '/': { type: 'text/html; charset=utf-8', text: html, summary: 'The dashboard as a page' },
  '/page.css': { type: 'text/css; charset=utf-8', text: style, summary: 'The look of the page' },
  '/page.js': { type: 'text/javascript; charset=utf-8', text: script, summary: 'What the page does' },
} as const;
