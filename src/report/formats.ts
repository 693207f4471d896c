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
  render(report: Report): string;
}

export const reportFormats: Record<ReportFormat, ReportRenderer> = {
  json: { file: 'report.json', render: reportJson },
  junit: { file: 'junit.xml', render: junitXml },
  markdown: { file: 'report.md', render: markdownReport },
  github: { file: null, render: githubAnnotations },
};
