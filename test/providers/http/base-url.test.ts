import { expect, test } from 'vitest';
import { addressKind } from '../../../src/providers/http/address.ts';
import { baseUrlFault, mayReach, parseBaseUrl } from '../../../src/providers/http/base-url.ts';

const CREDENTIALS = /credentials/;
const DISGUISE = /disguise|hides an IPv4/;
const SHAPE = /begins with http|valid address|white space|host name/;
const EXTRA = /query or a fragment/;
const NOBODY = /no server can have/;

/** Verdict: where the address may lead, or why it is refused. */
const URLS: readonly (readonly [url: string, verdict: string | RegExp])[] = [
  ['https://api.openai.com/v1', 'public'],
  ['https://api.anthropic.com', 'public'],
  ['HTTPS://API.OpenAI.com/v1/', 'public'],
  ['https://api.openai.com:8443/v1', 'public'],
  ['http://gateway.example.org/llm/v1', 'public'],
  ['https://8.8.8.8/v1', 'literal'],
  ['https://[2001:4860:4860::8888]/v1', 'literal'],
  ['https://xn--bcher-kva.example/v1', 'public'],
  ['https://bücher.example/v1', 'public'],
  ['https://127.0.0.1.nip.io/v1', 'public'],
  ['https://localhost.example.com', 'public'],
  ['https://api.openai.com./v1', 'public'],
  // This machine and network, written as such.
  ['http://localhost:8080', 'loopback'],
  ['http://LOCALHOST:8080', 'loopback'],
  ['http://localhost.:8080', 'loopback'],
  ['http://llama.localhost', 'loopback'],
  ['http://127.0.0.1:8080', 'literal'],
  ['http://127.8.9.10', 'literal'],
  ['http://[::1]:8080', 'literal'],
  ['http://[0:0:0:0:0:0:0:1]:8080', 'literal'],
  ['http://10.1.2.3:8000/v1', 'literal'],
  ['http://172.16.0.9', 'literal'],
  ['http://192.168.1.20:8000', 'literal'],
  ['http://100.64.0.1', 'literal'],
  ['http://[fd12:3456::1]:8000', 'literal'],
  ['http://169.254.169.254', 'literal'],
  ['http://[fe80::1]', 'literal'],
  ['http://vllm:8000/v1', 'internal'],
  ['http://llama.local:8080', 'internal'],
  ['http://host.docker.internal:8080', 'internal'],
  ['http://metadata.google.internal', 'internal'],
  ['http://vllm.ml.svc.cluster.local:8000', 'internal'],
  ['http://nas.home.arpa', 'internal'],
  // Addresses in disguise.
  ['http://2130706433', DISGUISE],
  ['http://2130706433:8080/v1', DISGUISE],
  ['http://0x7f000001', DISGUISE],
  ['http://0x7f.0.0.1', DISGUISE],
  ['http://0177.0.0.1', DISGUISE],
  ['http://017700000001', DISGUISE],
  ['http://127.1', DISGUISE],
  ['http://127.0.1', DISGUISE],
  ['http://0x7f.1', DISGUISE],
  ['http://2852039166', DISGUISE],
  ['http://0xa9fea9fe', DISGUISE],
  ['http://0251.0376.0251.0376', DISGUISE],
  ['http://169.254.43518', DISGUISE],
  ['http://%31%32%37.0.0.1', DISGUISE],
  ['http://１２７.０.０.１', DISGUISE],
  ['http://①②⑦.⓪.⓪.①', DISGUISE],
  ['http://127。0。0。1', DISGUISE],
  ['http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', DISGUISE],
  ['http://loc%61lhost', DISGUISE],
  ['http://[::ffff:127.0.0.1]', DISGUISE],
  ['http://[::ffff:7f00:1]', DISGUISE],
  ['http://[::ffff:169.254.169.254]', DISGUISE],
  ['http://[0:0:0:0:0:ffff:10.0.0.1]', DISGUISE],
  ['http://[64:ff9b::127.0.0.1]', DISGUISE],
  ['http://[2002:7f00:1::]', DISGUISE],
  // What no server has.
  ['http://0.0.0.0:8080', NOBODY],
  ['http://[::]', NOBODY],
  ['http://255.255.255.255', NOBODY],
  ['http://224.0.0.1', NOBODY],
  ['http://[ff02::1]', NOBODY],
  ['http://[::127.0.0.1]', NOBODY],
  ['http://198.51.100.7', NOBODY],
  ['http://0', DISGUISE],
  // Credentials, queries, fragments: what is read may not be what is meant.
  ['https://user:pass@api.openai.com', CREDENTIALS],
  ['https://token@api.openai.com', CREDENTIALS],
  ['https://api.openai.com@evil.example', CREDENTIALS],
  ['https://api.openai.com:443@evil.example/v1', CREDENTIALS],
  ['https://@api.openai.com', CREDENTIALS],
  ['https://evil.example#@api.openai.com', EXTRA],
  ['https://evil.example?@api.openai.com', EXTRA],
  ['https://api.openai.com/v1?key=1', EXTRA],
  ['https://api.openai.com/v1#x', EXTRA],
  ['https://api.openai.com/v1?', EXTRA],
  ['https://api.openai.com\\@evil.example', SHAPE],
  ['https://api.openai.com\\.evil.example', SHAPE],
  ['https:\\\\evil.example', SHAPE],
  ['https://api.openai\t.com', SHAPE],
  ['https://api.openai.com\n.evil.example', SHAPE],
  [' https://api.openai.com', SHAPE],
  ['https://api.openai.com\u0000', SHAPE],
  ['file:///etc/passwd', SHAPE],
  ['ftp://127.0.0.1', SHAPE],
  ['gopher://127.0.0.1:6379/_x', SHAPE],
  ['javascript:alert(1)', SHAPE],
  ['//api.openai.com', SHAPE],
  ['api.openai.com/v1', SHAPE],
  ['https:/api.openai.com', SHAPE],
  ['http:127.0.0.1', SHAPE],
  ['https://', SHAPE],
  ['https://:8080', SHAPE],
  ['http://999.1.1.1', SHAPE],
  ['http://256.256.256.256', SHAPE],
  ['http://127.0.0.1:99999', SHAPE],
  ['http://[::1', SHAPE],
  ['http://[fe80::1%25eth0]', SHAPE],
  ['', SHAPE],
];

test.each(URLS)('fault 55: %j is %s', (url, verdict) => {
  if (typeof verdict === 'string') {
    expect(baseUrlFault(url)).toBeNull();
    expect(parseBaseUrl(url).reach).toBe(verdict);
  } else {
    expect(baseUrlFault(url)).toMatch(verdict);
    expect(() => parseBaseUrl(url)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  }
});

test('the table is large, and every address stands in it once', () => {
  expect(new Set(URLS.map(([url]) => url)).size).toBe(URLS.length);
  expect(URLS.length).toBeGreaterThanOrEqual(80);
});

test('a password in an address is not repeated', () => {
  expect(baseUrlFault('https://user:hunter2@api.openai.com')).not.toContain('hunter2');
});

test('paths are kept without the slash at their end', () => {
  expect(parseBaseUrl('https://api.openai.com/v1/')).toMatchObject({
    origin: 'https://api.openai.com',
    basePath: '/v1',
    secure: true,
  });
  expect(parseBaseUrl('http://localhost:8080').basePath).toBe('');
});

test.each([
  ['8.8.8.8', 'public'],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['10.0.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['fd00::1', 'private'],
  ['169.254.169.254', 'link_local'],
  ['fe80::1%eth0', 'link_local'],
  ['0.0.0.0', 'unusable'],
  ['240.0.0.1', 'unusable'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:8.8.8.8', 'public'],
  ['64:ff9b::a00:1', 'private'],
  ['2002:a9fe:a9fe::', 'link_local'],
  ['2001:4860:4860::8888', 'public'],
  ['2001:0:1::', 'unusable'],
  ['not an address', 'unusable'],
])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind));

test.each([
  ['https://api.openai.com', '8.8.8.8', true],
  ['https://api.openai.com', '10.0.0.1', false],
  ['https://api.openai.com', '127.0.0.1', false],
  ['https://api.openai.com', '169.254.169.254', false],
  ['https://api.openai.com', '::ffff:127.0.0.1', false],
  ['http://localhost', '127.0.0.1', true],
  ['http://localhost', '::1', true],
  ['http://localhost', '10.0.0.1', false],
  ['http://localhost', '8.8.8.8', false],
  ['http://vllm', '172.18.0.3', true],
  ['http://metadata.google.internal', '169.254.169.254', false],
  ['http://10.0.0.1', '10.0.0.1', true],
  ['http://10.0.0.1', '::ffff:10.0.0.1', true],
  ['http://10.0.0.1', '10.0.0.2', false],
  ['http://[fd00::1]', 'fd00::1', true],
  ['http://[fd00::1]', 'fd00:0:0::1', true],
  ['http://[fd00::1]', 'fd00::2', false],
])('fault 55: %s may lead to %s: %s', (url, address, may) => {
  expect(mayReach(parseBaseUrl(url), address)).toBe(may);
});
