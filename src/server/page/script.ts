/** What the page does: it draws each snapshot as it comes. Everything is set as text, so nothing of it can be markup. */
export const script = `'use strict';
const at = (id) => document.getElementById(id);
const number = (value) => (typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 1 }) : '');
const cell = (value) => {
  const td = document.createElement('td');
  if (value instanceof Node) td.append(value);
  else td.textContent = typeof value === 'number' ? number(value) : String(value ?? '');
  return td;
};
const rows = (id, lines) => {
  const body = at(id).tBodies[0];
  body.replaceChildren(...lines.map((line) => {
    const tr = document.createElement('tr');
    tr.append(...line.map(cell));
    return tr;
  }));
};
const bar = (value, max) => {
  const meter = document.createElement('meter');
  meter.max = max;
  meter.value = value;
  meter.high = max * 0.8;
  return meter;
};
const curve = (id, values) => {
  const top = Math.max(1, ...values);
  const points = values.map((value, i) => (i * 240) / Math.max(1, values.length - 1) + ',' + (38 - (36 * value) / top));
  at(id).firstElementChild.setAttribute('points', points.join(' '));
};
const SIGNS = { closed: '● closed', half_open: '◐ half-open', open: '○ open' };
const duration = (ms) => {
  const s = Math.floor(ms / 1000);
  return (s >= 3600 ? Math.floor(s / 3600) + 'h' : '') + (s >= 60 ? (Math.floor(s / 60) % 60) + 'm' : '') + (s % 60) + 's';
};
const draw = (picture) => {
  document.title = picture.name + ' · orchestrator';
  at('name').textContent = picture.name + ' · ' + picture.node;
  at('state').textContent = '● ' + picture.state;
  at('state').className = '';
  at('uptime').textContent = 'up ' + duration(picture.uptime_ms);
  rows('stages', Object.entries(picture.stages).map(([name, stage]) => [name, stage.depth + '/' + stage.capacity,
    bar(stage.depth, stage.capacity), stage.busy + '/' + stage.limit, stage.done, stage.p50_ms, stage.p95_ms, stage.p99_ms]));
  at('rate').textContent = 'in ' + number(picture.rates.in) + '/s · out ' + number(picture.rates.out) + '/s · shed ' + number(picture.rates.shed) + '/s';
  curve('throughput', picture.throughput.history);
  at('latency-now').textContent = 'p50 ' + number(picture.latency.p50_ms) + ' · p95 ' + number(picture.latency.p95_ms) + ' · p99 ' + number(picture.latency.p99_ms) + ' ms';
  curve('latency', picture.latency.history);
  rows('providers', Object.entries(picture.providers).map(([name, one]) => [name, one.model,
    one.breaker ? SIGNS[one.breaker.state] ?? one.breaker.state : '', one.calls, one.ok,
    Object.entries(one.errors).map(([code, count]) => code + ' ' + count).join(', '), one.in_flight, one.p95_ms]));
  rows('totals', Object.entries(picture.totals));
  const letters = picture.dead_letters;
  rows('letters', [['kept', letters.stored], ['in memory', letters.depth + '/' + letters.capacity], ...Object.entries(letters.by_reason)]);
  at('log').replaceChildren(...picture.log.slice(-100).reverse().map((entry) => {
    const item = document.createElement('li');
    item.className = entry.level;
    const fields = Object.entries(entry.fields).map(([key, value]) => key + '=' + value).join(' ');
    item.textContent = new Date(entry.at).toLocaleTimeString() + ' ' + entry.level.toUpperCase() + ' ' + entry.event + '  ' + fields;
    return item;
  }));
};
const connect = () => {
  const events = new EventSource('/v1/events');
  events.addEventListener('snapshot', (event) => draw(JSON.parse(event.data)));
  events.onerror = () => {
    at('state').textContent = '○ no connection';
    at('state').className = 'gone';
    // A refused stream is not tried again by the browser.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
};
connect();
`;
