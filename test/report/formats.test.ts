import { readFileSync, writeFileSync } from 'node:fs';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeGates } from '../../src/measure/gates.js';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import { reportFormats } from '../../src/report/formats.js';
import type { Report } from '../../src/report/formats.js';
import { reportJsonSchema, reportSchema } from '../../src/report/report-schema.js';
import type { ReportDocument } from '../../src/report/report-schema.js';
import { renderGates } from '../../src/report/terminal-gates.js';
import { expectGolden } from './golden.js';
import { hostile, hostileReport, sampleReport } from './sample-report.js';
import { sampleRun } from './sample-run.js';

const plain = { width: 80, paint: createColors(false) };

/** A run that measured nothing, with a gate on it. */
function emptyReport(): Report {
  const summary = summarize([], { withinMs: [60, 100, 250], errorBarMs: null });
  const info = { ...sampleRun, label: 'empty', calibration: null, errorBarMs: null, lateness: null, agreement: null, ...judgeTrust(summary) };
  return { info, summary, gates: judgeGates(sampleReport().gates.map(({ gate }) => gate), summary, 'bound'), comparison: null, results: [] };
}

const bare = () => sampleReport({ gates: [], comparison: null });

describe('golden files', () => {
  it('report.json, two groups and two attempts of it', () => {
    const { summary, results, ...rest } = sampleReport();
    expectGolden('report.json', reportFormats.json.render({ ...rest, summary: { ...summary, groups: summary.groups.slice(0, 2) }, results: results.slice(1, 3) }));
  });
  it('junit.xml', () => expectGolden('junit.xml', reportFormats.junit.render(sampleReport())));
  it('report.md', () => expectGolden('report.md', reportFormats.markdown.render(sampleReport())));
  it('report.md of a run without attempts', () => expectGolden('report-empty.md', reportFormats.markdown.render(emptyReport())));
  it('annotations', () => expectGolden('github.txt', reportFormats.github.render(sampleReport())));
  it('gates on the terminal', () => expectGolden('terminal-gates.txt', `${renderGates(sampleReport().gates, plain).join('\n')}\n`));
});

describe('gates on the terminal', () => {
  it('says nothing where there are none', () => expect(renderGates([], plain)).toEqual([]));
  it('fits 80 columns, whatever the gate is called', () => {
    const lines = renderGates([...sampleReport().gates, ...hostileReport().gates], plain);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('')).not.toMatch(/\p{C}/u);
  });
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

describe('report.json and its schema', () => {
  it('covers every type in both directions', () => {
    // Compiles only where nothing that a report may hold is missing in the schema; the other direction is in the sources.
    const widen = ({ info, summary, gates, comparison, results }: Report): DeepReadonly<ReportDocument> => ({ schemaVersion: 1, run: info, summary, gates, comparison, attempts: results });
    expect(widen(sampleReport()).schemaVersion).toBe(1);
  });

  it('the committed JSON Schema is current (UPDATE_GOLDEN=1 writes it)', () => {
    const file = new URL('../../docs/report.schema.json', import.meta.url);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, reportJsonSchema());
    expect(readFileSync(file, 'utf8')).toBe(reportJsonSchema());
  });

  it.each([['full', sampleReport], ['hostile', hostileReport], ['empty', emptyReport], ['bare', bare]])('describes every field of a report: %s', (_, make) => {
    const document = JSON.parse(reportFormats.json.render(make())) as unknown;
    // Parsing drops fields that the schema does not know.
    expect(reportSchema.parse(document)).toEqual(document);
  });

  it('a rendered report validates against the JSON Schema, a broken one does not', () => {
    const schema = z.fromJSONSchema(JSON.parse(reportJsonSchema()) as Parameters<typeof z.fromJSONSchema>[0]);
    const document = JSON.parse(reportFormats.json.render(sampleReport())) as ReportDocument;
    expect(schema.safeParse(document).error).toBeUndefined();
    expect(schema.safeParse({ ...document, gates: undefined }).success).toBe(false);
    expect(schema.safeParse({ ...document, schemaVersion: 2 }).success).toBe(false);
    expect(schema.safeParse({ ...document, attempts: [{ ...document.attempts[0], outcome: 'perhaps' }] }).success).toBe(false);
    expect(schema.safeParse({ ...document, summary: { ...document.summary, errorBarMs: '1' } }).success).toBe(false);
  });

  it('sorts its keys', () => {
    expect(Object.keys(JSON.parse(reportFormats.json.render(sampleReport())) as object)).toEqual(['attempts', 'comparison', 'gates', 'run', 'schemaVersion', 'summary']);
  });
});

describe('junit.xml', () => {
  const count = (xml: string, name: string, of: string) => Number(new RegExp(`<testsuite name="bargein.${name}"[^>]* ${of}="(\\d+)"`).exec(xml)?.[1]);

  it('has a case a gate, a line and a group; failures where they failed', () => {
    const report = sampleReport();
    const xml = reportFormats.junit.render(report);
    expect([count(xml, 'gates', 'tests'), count(xml, 'gates', 'failures')]).toEqual([report.gates.length, 4]);
    expect([count(xml, 'comparison', 'tests'), count(xml, 'comparison', 'failures')]).toEqual([4, 1]);
    expect([count(xml, 'groups', 'tests'), count(xml, 'groups', 'skipped'), count(xml, 'groups', 'failures')]).toEqual([report.summary.groups.length, 1, 0]);
    expect([count(xml, 'trust', 'tests'), count(xml, 'trust', 'errors')]).toEqual([1, 1]);
  });

  it('has no error for a run that can be trusted, and no suite without cases', () => {
    const report = bare();
    const xml = reportFormats.junit.render({ ...report, info: { ...report.info, untrusted: [] } });
    expect(count(xml, 'trust', 'errors')).toBe(0);
    expect(xml).not.toMatch(/bargein\.(gates|comparison)/);
  });

  it('holds no character that XML has no place for, and no markup of others', () => {
    const xml = reportFormats.junit.render(hostileReport());
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    // Outside of CDATA sections, `<` begins a tag of ours.
    const outside = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
    const tags = [...outside.matchAll(/<\/?([^\s>/]+)/g)].map(([, name]) => name);
    expect([...new Set(tags)].filter((name) => name !== '?xml').sort()).toEqual([ 'error', 'failure', 'properties', 'property', 'skipped', 'system-out', 'testcase', 'testsuite', 'testsuites']);
  });
});

describe('report.md', () => {
  it('keeps rows and cells, whatever the text in them', () => {
    const shape = (report: Report) =>
      reportFormats.markdown.render(report).split('\n').filter((line) => line.startsWith('|')).map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(shape(hostileReport())).toEqual(shape(sampleReport()));
  });

  it('shows text of others as text', () => {
    const text = reportFormats.markdown.render(hostileReport());
    const outsideCode = text.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, (code, _, at: number) => (text[at - 1] === '\\' ? code : ''));
    expect(outsideCode).not.toMatch(/(?<!\\)<img/);
    expect(outsideCode).not.toContain('@octocat');
    expect(outsideCode).not.toMatch(/(?<!\\)\[x/);
    expect(text).not.toContain('\r');
    expect(text.split('\n').some((line) => line.startsWith('::'))).toBe(false);
  });

  it('puts yield and hold side by side', () => {
    expect(reportFormats.markdown.render(sampleReport())).toContain('| within 60 ms | **20.0 %** | 0.1 .. 98.9 % | backchannel (1 of 2, 1 resumed) | **50.0 %** | 9.5 .. 90.5 % |');
  });
});

describe('annotations', () => {
  /** As GitHub reads a line: properties and message of a command. */
  const command = /^::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)$/;
  const decode = (text: string) => text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

  it('is one command a line, and no text of others is a command', () => {
    const of = (report: Report) => reportFormats.github.render(report).trimEnd().split('\n').map((line) => command.exec(line)?.[1]);
    expect(of(sampleReport())).not.toContain(undefined);
    const { info } = hostileReport();
    const mild = sampleReport();
    expect(of(hostileReport())).toEqual(of({ ...mild, info: { ...mild.info, warnings: info.warnings, untrusted: info.untrusted } }));
  });

  it('reads back as what was meant', () => {
    const report = sampleReport();
    const lines = reportFormats.github.render({ ...report, gates: report.gates.slice(4, 5).map((result) => ({ ...result, gate: { ...result.gate, text: 'a: 100 %, 5%0A' }, reason: 'one\ntwo: 3%25' })) });
    const [, , title, message] = command.exec(lines.split('\n')[1]) ?? [];
    expect(decode(title)).toBe('Gate failed: a: 100 %, 5%0A');
    expect(decode(message)).toBe('one\ntwo: 3%25');
  });

  it('reports what failed as errors, the weightiest first', () => {
    const titles = reportFormats.github.render(sampleReport()).split('\n').filter((line) => line.startsWith('::error')).map((line) => command.exec(line)?.[2]);
    expect(titles[0]).toBe('This run cannot be trusted');
    expect(titles.slice(1, 5).every((title) => title?.startsWith('Gate failed%3A'))).toBe(true);
    expect(titles[5]).toBe('Regressed%3A interrupt_rate@100');
    expect(titles).toHaveLength(6);
  });
});

describe('every format', () => {
  it.each(['json', 'junit', 'markdown', 'github'] as const)('%s: equal reports give equal bytes, whatever is in them, and end in a newline', (name) => {
    const { render } = reportFormats[name];
    for (const make of [sampleReport, hostileReport, emptyReport, bare]) {
      const text = render(make());
      expect(text).toBe(render(make()));
      expect(text.endsWith('\n')).toBe(true);
      expect(text).not.toMatch(/\b(NaN|Infinity|undefined)\b/);
    }
  });
  it('hostile text is hostile', () => expect(hostile).toMatch(/\n::error/));
});
