import type { RunRecord } from "#domain/run/run-record.ts";
import type { VerdictSet } from "#domain/verdict/fold.ts";
import { loadDocument } from "#present/reports/document.ts";
import type { OpenDocument } from "./write-documents.ts";

export function openDocumentOf(runs: readonly RunRecord[]): OpenDocument {
  return async (format, columns) => (await loadDocument(format, columns))(runs);
}

export function openVerdictDocumentOf(set: VerdictSet): OpenDocument {
  return async (format, columns) => {
    const { loadVerdictDocument } = await import("#present/verdicts/document.ts");
    return (await loadVerdictDocument(format, columns))(set);
  };
}
