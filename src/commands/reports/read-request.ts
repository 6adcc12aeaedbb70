import type { Issue } from "#domain/issue.ts";
import type { ReportRequest, ReportTarget } from "#domain/report/report-request.ts";
import { parseColumns, parseReport } from "#inputs/report-options/report-options.ts";
import type { Files } from "#ports/files.ts";
import type { ReportFlags } from "./flags.ts";

/** Reads and checks the options of reports, and whether their files can be written, as far as that can be known before. */
export async function readReportRequest(
  flags: ReportFlags,
  files: Pick<Files, "checkWritable">,
): Promise<{ request: ReportRequest; issues: readonly Issue[]; warnings: readonly Issue[] }> {
  const reports = (flags.report ?? []).map(parseReport);
  const { columns, issues } = parseColumns(flags.column ?? []);
  const targets = reports.flatMap((report) => (report.ok ? [report.value] : []));
  return {
    request: { targets, columns },
    issues: [
      ...reports.flatMap((report) => (report.ok ? [] : [report.error])),
      ...(await checkPlaces(targets, files)),
      ...issues,
    ],
    warnings: columnsWithoutTable(targets, columns.length),
  };
}

async function checkPlaces(targets: readonly ReportTarget[], files: Pick<Files, "checkWritable">): Promise<Issue[]> {
  const taken = new Map<string, ReportTarget>();
  const issues: Issue[] = [];
  for (const target of targets) {
    const place = await files.checkWritable(target.path);
    const other = place.ok ? taken.get(place.value) : undefined;
    if (!place.ok) issues.push(unwritable(target, place.error));
    else if (other !== undefined) issues.push(writtenTwice(target, other));
    else taken.set(place.value, target);
  }
  return issues;
}

/** @param why a clause that follows the name of the report, such as "is a directory" */
export function unwritable({ format, path }: ReportTarget, why: string): Issue {
  return {
    code: "REPORT_UNWRITABLE",
    at: { file: path },
    problem: `the file of the ${format} report ${why}`,
    remedy: "it needs a place that this user can write to, with room on the disk",
  };
}

function writtenTwice({ format, path }: ReportTarget, other: ReportTarget): Issue {
  const also = other.path === path ? "" : ` (as ${other.path})`;
  return {
    code: "OPTION_INVALID",
    at: { file: "--report" },
    problem: `${path} would hold the ${format} report and${also} the ${other.format} report`,
    remedy: "give each report a file of its own",
  };
}

function columnsWithoutTable(targets: readonly ReportTarget[], columns: number): Issue[] {
  if (columns === 0 || targets.some(({ format }) => format === "csv")) return [];
  return [
    {
      code: "OPTION_WITHOUT_EFFECT",
      at: { file: "--column" },
      problem: "no other report than csv has columns",
      remedy: "add --report csv=PATH, or leave the option out",
    },
  ];
}
