import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PlanError } from '../../plan/plan-error.ts';
import { parseXml } from './xml-tree.ts';

const options = { file: 'plan.jmx', keepsBlanks: new Set(['text']) };
const parse = (text: string) => parseXml(text, options);

function faultOf(text: string): string {
  try {
    return parse(text).text;
  } catch (error) {
    assert.ok(error instanceof PlanError);
    return error.message;
  }
}

describe('XML', () => {
  it('keeps text as it stands: blanks, references, CDATA, and what comments interrupt', () => {
    assert.equal(
      parse('<text> a&lt;&#xd;&#10;<![CDATA[<b>&amp;]]><!-- c -->d </text>').text,
      ' a<\r\n<b>&amp;d ',
    );
    assert.equal(parse('<text>   </text>').text, '   ');
    assert.equal(parse('<other>   </other>').text, '');
  });

  it('knows the lines of its elements, also with the line ends of Windows', () => {
    const [first, second] = parse(
      '<?xml version="1.0"?>\r\n<a>\r\n  <b/>\r\n<!--\n--><c x="&quot;1&#49;"/></a>',
    ).children;
    assert.deepEqual([first?.name, first?.line, second?.name, second?.line], ['b', 3, 'c', 5]);
    assert.equal(second?.attribute('x'), '"11');
    assert.equal(second?.attribute('constructor'), undefined);
  });

  it('is refused with its line when it is not well-formed', () => {
    assert.match(faultOf('<a>\n<b></a>'), /^plan\.jmx:2: not well-formed XML: Expected closing tag 'b'/);
    const cutOff = /^plan\.jmx:2: not well-formed XML: it ends before a, b are closed/;
    assert.match(faultOf('<a>\n<b>'), cutOff);
    assert.match(faultOf('just text'), /^plan\.jmx:1: not well-formed XML/);
    assert.match(faultOf('<a>'.repeat(600) + '</a>'.repeat(600)), /not well-formed XML: .*nest/i);
  });

  it('is refused with document types and entities, wherever they are hidden', () => {
    const refusal = /^plan\.jmx:\d+: document types and entities are not allowed in a plan/;
    assert.match(faultOf('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), refusal);
    assert.match(faultOf('<!-- <!x --><!ENTITY x SYSTEM "file:///etc/passwd"><a/>'), refusal);
    assert.match(faultOf('<a><!DOCTYPE b></a>'), refusal);
    assert.match(faultOf('<a>&x;</a>'), /^plan\.jmx:1: .*&x; is not an entity of XML/);
    assert.match(faultOf('<a>&#0;</a>'), /&#0; is not an entity of XML/);
    assert.match(faultOf('<a>fish & chips</a>'), /^plan\.jmx:1: not well-formed XML/);
    assert.equal(faultOf('<a><![CDATA[<!DOCTYPE b>]]></a>'), '<!DOCTYPE b>');
  });

  it('of a megabyte of comments that are left open is refused at once', () => {
    assert.match(faultOf(`<a>${'<!--'.repeat(250_000)}`), /not well-formed XML/);
  });

  it('gives any text back that was written into it', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/[^\P{C}\n\t\r]/gu, ''));
    fc.assert(
      fc.property(text, (value) => {
        const escaped = value.replace(/[<>&\r]/g, (character) => `&#${character.charCodeAt(0)};`);
        assert.equal(parse(`<text>${escaped}</text>`).text, value);
      }),
    );
  });
});
