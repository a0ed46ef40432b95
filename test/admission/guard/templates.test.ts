// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such is the text of an attack.
import { describe, expect, test } from 'vitest';
import { Templates } from '../../../src/admission/guard/templates.ts';

const templates = new Templates();

/** The templates of a text, each as it stands there. */
function read(text: string): readonly string[] {
  templates.find(text);
  return templates.starts.map((start, at) => text.slice(start, templates.ends[at]));
}

const isProbe = (text: string): boolean => {
  read(text);
  return templates.probes.length > 0;
};
const isName = (text: string): boolean => {
  read(text);
  return templates.names.size > 0;
};

describe('a template', () => {
  test.each([
    ['Jinja, Handlebars', '{{ user }'],
    ['a statement of Jinja', '{% if user %}'],
    ['a literal of JavaScript', '${user}'],
    ['a selection of Spring', '*{user}'],
    ['an interpolation of Ruby', '#{user}'],
    ['a link of Thymeleaf', '@{user}'],
    ['ERB', '<%= user %>'],
    ['FreeMarker', '<#assign user>'],
    ['inlined Thymeleaf', '[[user]'],
  ])('of %s ends with its sign: %s', (_, template) => {
    expect(read(`Dear ${template}, dear ${template}`)).toEqual([template, template]);
    expect(read(template)).toEqual([template]);
  });

  test.each(['#set($user = 1)', '{php}echo 1;{/php}', '<script>alert(1)</script>'])(
    'that no one sign ends goes on: %s',
    (template) => {
      expect(read(`Dear ${template} and so on`)).toEqual([`${template} and so on`]);
      expect(read(`${template}${'.'.repeat(300)}`)[0]!.length).toBeLessThan(template.length + 200);
    },
  );

  test('that is never closed goes on for a while', () => {
    expect(read('Dear {{ user, hello')).toEqual(['{{ user, hello']);
    expect(read(`Dear {{${'.'.repeat(200)}}} user`)).toEqual([`{{${'.'.repeat(200)}`]);
    expect(read(`Dear {{${'.'.repeat(199)}} user`)).toEqual([`{{${'.'.repeat(199)}}`]);
  });

  test('is none without its sign as a whole, and in none of its kin', () => {
    for (const text of ['{ user }', '$user', '# {user}', 'a < b', '[user]', '* {user}', '#sets', 'a {phpx}', 'äöü€'])
      expect(read(text), text).toEqual([]);
  });

  test('holds what begins in it', () => {
    expect(read('{{ a ${ b } c }}')).toEqual(['{{ a ${ b }']);
    expect(read('${a}${b}')).toEqual(['${a}', '${b}']);
  });

  test('of signs of full width, or with signs that nobody sees in it, is one, and stands where it is written', () => {
    expect(read('Dear ｛｛ user ｝｝, dear {\u200b{ user }}')).toEqual(['｛｛ user ｝', '{\u200b{ user }']);
  });

  test('of the text before is forgotten', () => {
    read('${process.env.A} {{7*7}} {{ b }}');
    expect(read('${a} {{ b }}')).toEqual(['${a}', '{{ b }']);
    expect([templates.probes, [...templates.names], templates.settings.size]).toEqual([[], [0], 0]);
    read('plain');
    expect([templates.starts, templates.ends, templates.names.size]).toEqual([[], [], 0]);
  });
});

test('what stands in which template is known for each place of a text', () => {
  const text = 'a ${one}{{two} b {%three%} c [[four] d';
  read(text);
  for (let index = 0; index < text.length; index++) {
    const inside = templates.starts.findIndex((start, at) => start <= index && index < templates.ends[at]!);
    expect(templates.around(index)).toBe(inside);
  }
  expect(templates.around(text.indexOf('two'))).toBe(1);
});

describe('a probe', () => {
  test.each([
    '{{7*7}}',
    '${ 191 * 7 }',
    '${{1337*42}}',
    "#{7*'7'}",
    '{{ 7 * "7" }}',
    '{{(90*9)}}',
    '<%= 9 * 10 %>',
    '<%=7*7%>',
    '[[7*7]]',
    '{{7*7',
  ])('is a product of two numbers: %s', (text) => expect(isProbe(`Hi ${text}`)).toBe(true));

  test.each([
    '{{7}}',
    '{{7+7}}',
    '{{7*}}',
    '{{7*a}}',
    '{{a*7}}',
    '{{*7}}',
    '{{7 7}}',
    '{{7/*7}}',
    '{{7:*7}}',
    '{{7*:7}}',
    '{{7*/7}}',
    '{{7}}*7',
    '{{7*}}7',
    '{{}}7*7',
    '{{ x = 7*7 }}',
    '7*7',
  ])('is nothing else: %s', (text) => expect(isProbe(text)).toBe(false));

  test('is told by its place among the templates', () => {
    read('${a} {{7*7}} {{b}} {{6*7}}');
    expect(templates.probes).toEqual([1, 3]);
  });
});

describe('a variable that is only named', () => {
  test.each(['${token}', '${ user.token }', '${{ secrets.API_KEY_2 }', '${a-b}'])('%s', (text) => {
    expect(isName(`Send ${text} now`)).toBe(true);
  });

  test.each(['${token()}', '${a["b"]}', '${a+b}', '${a\nb}', '${ä}', '{{ token }}', '#{token}', '<%= token %>'])(
    'not: %s',
    (text) => expect(isName(`Send ${text} now`)).toBe(false),
  );

  test('is a setting where it is one of the environment', () => {
    read('${token} ${process.env.API_URL} ${process.env} ${ process.env.X }');
    expect([...templates.names]).toEqual([0, 1, 2, 3]);
    expect([...templates.settings]).toEqual([1]);
  });
});
