import type { ReportFormat } from '../types.js';
import { githubAnnotations } from './github.js';
import { junitXml } from './junit.js';
import { markdownReport } from './markdown.js';
import { reportJson } from './report-json.js';
import type { Report } from './report.js';

export type { Report } from './report.js';

/** One way to write a report, besides the CSVs: pure, equal reports give equal bytes. */
export interface ReportRenderer {
  /** Name of the file in the run's folder; null: it is for standard output. */
  readonly file: string | null;
  render(report: Report): string | Promise<string>;
}

/** The renderer of pages is loaded when it is needed: charts take a while to load. */
export const reportFormats = {
  html: { file: 'report.html', render: async (report: Report) => (await import('./html/run-page.js')).runPage(report) },
  json: { file: 'report.json', render: reportJson },
  junit: { file: 'junit.xml', render: junitXml },
  markdown: { file: 'report.md', render: markdownReport },
  github: { file: null, render: githubAnnotations },
} satisfies Record<ReportFormat, ReportRenderer>;
